#!/bin/sh
# Runs Runproof's program for Java: java.sh install | run | maven | gradle. It is compiled once per environment, from the files beside this one, with the JDK that is there; again when these are not the same any more.
home=/opt/env/runproof-java
own=$(dirname "$0")
jars=/usr/share/java
libraries=""
for name in junit-platform-launcher junit-platform-engine junit-platform-commons junit-jupiter-api junit-jupiter-params junit-jupiter-engine junit-vintage-engine opentest4j apiguardian-api junit4 hamcrest asm; do
    [ -e "$jars/$name.jar" ] || { echo "$jars/$name.jar is not there" >&2; exit 2; }
    libraries="$libraries:$jars/$name.jar"
done
quick="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"
made=$(java -version 2>&1; cat "$own"/*.java | cksum)
if [ "$(cat "$home/made" 2>/dev/null)" != "$made" ]; then
    rm -rf "$home" && mkdir -p "$home/classes" || exit 2
    printf 'Premain-Class: runproof.ReachAgent\n' >"$home/manifest"
    javac -J-XX:TieredStopAtLevel=1 -encoding UTF-8 -proc:none -nowarn -d "$home/classes" -cp "${libraries#:}" "$own"/*.java && jar --create --file "$home/tool.jar" --manifest "$home/manifest" -C "$home/classes" . || exit 2
    # What the classes of the compiler and of this program need at the start, made ready once: a run starts in half the time.
    java $quick -XX:ArchiveClassesAtExit="$home/tool.jsa" -cp "$home/tool.jar$libraries" runproof.Main prepare >/dev/null 2>&1
    java $quick -XX:ArchiveClassesAtExit="$home/tests.jsa" -cp "$home/tool.jar${libraries%:*}" runproof.TestProcess prepare >/dev/null 2>&1
    echo "$made" >"$home/made"
fi
[ -e "$home/tool.jsa" ] && archive="-XX:SharedArchiveFile=$home/tool.jsa"
exec java $quick $archive -Xmx1g -cp "$home/tool.jar$libraries" runproof.Main "$@"
