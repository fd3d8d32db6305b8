#!/bin/sh
# Runs Runproof's program for C#: csharp.sh install | run. It is compiled once per environment, from the files beside this one, with the SDK that is there; again when these are not the same any more.
home=/opt/env/runproof-csharp
own=$(dirname "$0")
dotnet=$(readlink -f "$(command -v dotnet)") || { echo "dotnet is not there" >&2; exit 2; }
root=$(dirname "$dotnet")
sdk=$(ls -d "$root"/sdk/[0-9]*/ | sort -V | tail -1)
sdk=${sdk%/}
pack=$(ls -d "$root"/packs/Microsoft.NETCore.App.Ref/*/ref/*/ | sort -V | tail -1)
ls /usr/lib/*/libicuuc.so.* /usr/lib/libicuuc.so.* >/dev/null 2>&1 || export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_SYSTEM_GLOBALIZATION_PREDEFINED_CULTURES_ONLY=false
compile() { # compile TARGET OUTPUT FILE...
    kind=$1 output=$2
    shift 2
    "$dotnet" exec "$sdk/Roslyn/bincore/csc.dll" -nologo -noconfig -nostdlib+ -optimize+ -langversion:latest -nullable:enable -nowarn:CS8632,CS1701,CS1702 "-target:$kind" "-out:$home/$output" "@$home/references.rsp" "$@" || exit 2
}
made=$(echo "$sdk"; cat "$own"/*.cs | cksum)
if [ "$(cat "$home/made" 2>/dev/null)" != "$made" ]; then
    mkdir -p "$home"
    for file in "$pack"*.dll "$sdk/Microsoft.VisualStudio.TestPlatform.ObjectModel.dll"; do echo "-r:\"$file\""; done >"$home/references.rsp"
    name=$(basename "${pack%/}")
    echo "{\"runtimeOptions\":{\"tfm\":\"$name\",\"rollForward\":\"Major\",\"framework\":{\"name\":\"Microsoft.NETCore.App\",\"version\":\"${name#net}.0\"},\"configProperties\":{\"System.Runtime.TieredPGO\":false}}}" >"$home/tool.runtimeconfig.json"
    for name in Microsoft.CodeAnalysis Microsoft.CodeAnalysis.CSharp; do echo "-r:\"$sdk/Roslyn/bincore/$name.dll\""; done >"$home/compiler.rsp"
    compile library runproof.collector.dll "$own/Collector.cs" "$own/ProbeHits.cs" "$own/TestIds.cs" &&
        compile exe runproof.host.dll "$own"/Host*.cs "$own/Trx.cs" "$own/TestIds.cs" &&
        compile exe tool.dll "@$home/compiler.rsp" "$own/Program.cs" "$own/Projects.cs" "$own/Restore.cs" "$own/Build.cs" "$own/Suite.cs" "$own/TestRun.cs" "$own/Trx.cs" "$own/Tools.cs" "$own/TestIds.cs" "$own/Warm.cs" "$own/Compiler.cs" "$own/TestHost.cs" &&
        echo "$made" >"$home/made"
fi
export RUNPROOF_DOTNET="$dotnet" RUNPROOF_SDK="$sdk" RUNPROOF_HOME="$home" RUNPROOF_SUPPORT="$own"
exec "$dotnet" exec "$home/tool.dll" "$@"
