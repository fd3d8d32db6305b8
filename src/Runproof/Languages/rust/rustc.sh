#!/bin/sh
# Stands between cargo and the compiler for the packages of the repository. A lint is no reason not to compile: a bug that leaves a variable unused is still a bug.
exec "$@" --cap-lints=warn $RUNPROOF_RUSTC
