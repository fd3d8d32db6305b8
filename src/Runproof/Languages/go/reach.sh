#!/bin/sh
# Which lines each test reaches: reach.sh OUT [PACKAGE...]
# Each package's test binary is built once with coverage of all packages of the module and run once per top-level test.
# OUT: "test IMPORTPATH.NAME SECONDS" followed by "FILE:START,END" for each block that ran; a test that failed or could not be measured has the
# line "unmeasured" instead.
out=$1
shift
. "$(dirname "$0")/gopath.sh"
[ $# -eq 0 ] && set -- ./...
work=$(mktemp -d)
: >"$out"
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' "$@" 2>/dev/null | while read -r package folder; do
    [ -n "$package" ] || continue
    rm -f "$work/tests.bin"
    go test -c -vet=off -cover -covermode=set -coverpkg=./... -o "$work/tests.bin" "$package" >/dev/null 2>&1 || continue
    [ -x "$work/tests.bin" ] || continue
    cd "$folder" || continue
    for name in $("$work/tests.bin" -test.list '.*' 2>/dev/null | grep -E '^(Test|Example|Fuzz)'); do
        echo "test $package.$name" >>"$out"
        rm -f "$work/profile"
        if timeout 60 "$work/tests.bin" -test.run "^$name\$" -test.coverprofile "$work/profile" >/dev/null 2>&1 </dev/null && [ -s "$work/profile" ]; then
            awk 'NR > 1 && $NF > 0 { split($1, place, ":"); split(place[2], range, ","); split(range[1], from, "."); split(range[2], to, "."); print place[1] ":" from[1] "," to[1] }' "$work/profile" | sort -u >>"$out"
        else
            echo unmeasured >>"$out"
        fi
    done
    cd - >/dev/null || exit 1
done
rm -rf "$work"
