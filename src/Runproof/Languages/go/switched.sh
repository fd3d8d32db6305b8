#!/bin/sh
# Several bugs in one build, each behind a switch that the variable RUNPROOF_BUG sets when a test binary starts.
#   switched.sh build PACKAGE...                               a test binary of each package, in $RUNPROOF_SWITCHED
#   switched.sh run REPORT [-failfast -timeout=N -run R] PACKAGE...   runs them as `go test -json` would
mode=$1
shift
. "$(dirname "$0")/gopath.sh"
if [ "$mode" = build ]; then
    mkdir -p "$RUNPROOF_SWITCHED"
    : >"$RUNPROOF_SWITCHED/index"
    go list -f '{{.ImportPath}} {{.Dir}}' "$@" | {
        number=0 failed=0
        while read -r package folder; do
            number=$((number + 1))
            go test -c -vet=off -ldflags='-s -w' -o "$RUNPROOF_SWITCHED/$number.test" "$package" || failed=1
            echo "$package $number $folder" >>"$RUNPROOF_SWITCHED/index"
        done
        exit $failed
    }
    exit
fi
report=$1
shift
first=
while [ $# -gt 0 ]; do
    case $1 in
    -run) run=$2 && shift ;;
    -timeout=*) timeout=${1#*=} ;;
    -failfast) first=-test.failfast ;;
    *) break ;;
    esac
    shift
done
: >"$report"
for package in "$@"; do
    line=$(grep "^$package " "$RUNPROOF_SWITCHED/index") || exit 3
    line=${line#* }
    cd "${line#* }" || exit 3
    go tool test2json -t -p "$package" "$RUNPROOF_SWITCHED/${line%% *}.test" -test.v=true -test.paniconexit0 $first -test.timeout="$timeout" -test.run "$run" >>"$report" 2>&1 || [ -z "$first" ] || exit 1
done
