# Read by each Bash that starts while reach is measured (BASH_ENV): writes file and line of every command to a file of its own.
if [ -n "${RUNPROOF_TRACE:-}" ]; then
    exec {RUNPROOF_FD}>>"$RUNPROOF_TRACE.$$"
    BASH_XTRACEFD=$RUNPROOF_FD
    PS4=$'+RP\001${BASH_SOURCE}\001${LINENO}\001'
    set -x
fi
