#!/bin/sh
# Runs the tests of a Mix project: run.sh [FILE or FOLDER...]; "run.sh install" brings its dependencies, where an index answers. "run.sh prepare" compiles the runner alone. Build output and dependencies lie outside of the repository.
here=$(dirname "$(readlink -f "$0")")
place=${RUNPROOF_PLACE:-/opt/env}/elixir/$(pwd | tr -c 'A-Za-z0-9\n' _)
export MIX_ENV=test MIX_BUILD_PATH="$place/build" MIX_DEPS_PATH="$place/deps"
if [ "$1" = install ]; then
    mix local.hex --force --if-missing >/dev/null 2>&1 || { echo "Hex cannot be had: the package index does not answer" >&2; exit 1; }
    mix local.rebar --force --if-missing >/dev/null 2>&1
    mix deps.get --only test >/tmp/deps.log 2>&1 || { tail -1 /tmp/deps.log >&2; exit 1; }
    exit 0
fi
own=${RUNPROOF_PLACE:-/opt/env}/elixir/runproof
if ! [ -e "$own/done" ]; then
    mkdir -p "$own" && elixirc -o "$own" "$here"/*.ex && : >"$own/done" || exit 1
fi
[ "$1" = prepare ] && exit 0
exec elixir -pa "$own" -e 'Runproof.main(System.argv())' "$@"
