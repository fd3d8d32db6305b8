#!/bin/sh
# Runs `go test` with its report in a file: run_go.sh REPORT ARGUMENT...
# The text that the go command itself prints (build errors) stands in the report too, where the parser looks for it.
report=$1
shift
. "$(dirname "$0")/gopath.sh"
exec go test "$@" >"$report" 2>&1
