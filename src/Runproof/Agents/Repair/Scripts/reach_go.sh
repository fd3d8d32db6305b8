# Which blocks each test runs, failing ones too: reach_go.sh OUT [PACKAGE...]
out=$1
shift
. /runproof/support/go/gopath.sh
[ $# -eq 0 ] && set -- ./...
work=$(mktemp -d)
echo "module $(go list -m 2>/dev/null)" >"$out"
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}} {{.Dir}}{{end}}' "$@" 2>/dev/null | while read -r package folder; do
    [ -n "$package" ] || continue
    rm -f "$work/tests.bin"
    go test -c -vet=off -cover -covermode=set -coverpkg=./... -o "$work/tests.bin" "$package" >/dev/null 2>&1
    [ -x "$work/tests.bin" ] || continue
    cd "$folder" || continue
    for name in $("$work/tests.bin" -test.list '.*' 2>/dev/null | grep -E '^(Test|Example|Fuzz)'); do
        echo "test $package.$name" >>"$out"
        rm -f "$work/profile"
        timeout 20 "$work/tests.bin" -test.run "^$name\$" -test.coverprofile "$work/profile" >"$work/said" 2>&1 </dev/null
        if [ -s "$work/profile" ]; then
            awk 'NR > 1 && $NF > 0 { split($1, place, ":"); split(place[2], range, ","); split(range[1], from, "."); split(range[2], to, "."); print place[1] ":" from[1] "," to[1] }' "$work/profile" | sort -u >>"$out"
        else
            # A panic leaves no profile, but a trace.
            sed -n "s|^[[:space:]]*/testbed/\(\S*\.go\):\([0-9]*\).*|\1:\2,\2|p" "$work/said" | sort -u >>"$out"
        fi
    done
    cd - >/dev/null || exit 1
done
rm -rf "$work"
