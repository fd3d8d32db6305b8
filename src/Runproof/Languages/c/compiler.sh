#!/bin/sh
# Stands in for the compilers of a build: the real one with further options behind the project's own. Warnings are no errors, nothing is
# optimised (functions stay where the source has them), assertions are on. Variables: RUNPROOF_FLAGS, RUNPROOF_LINKED (an object that every
# program gets), RUNPROOF_PLANT (what to do with a linked program), RUNPROOF_FAILED (where a source that does not compile is named).
case ${0##*/} in
*++*) real=/usr/bin/g++ ;;
*) real=/usr/bin/gcc ;;
esac
compiles= links=yes source= out=a.out next=
for word; do
  if [ -n "$next" ]; then out=$word next=; continue; fi
  case $word in
  -c) compiles=yes links= ;;
  -S | -E | -M | -MM | -fsyntax-only | --version | -v | -### | --help* | -dump* | -print* | -r) links= ;;
  -o) next=yes ;;
  -o*) out=${word#-o} ;;
  -*) ;;
  *.c | *.cc | *.cpp | *.cxx | *.C | *.c++) source=$word ;;
  esac
done
[ $# -gt 0 ] || exec "$real"
if [ -n "$compiles" ]; then
  if command -v ccache >/dev/null; then ccache "$real" "$@" $RUNPROOF_FLAGS; else "$real" "$@" $RUNPROOF_FLAGS; fi
elif [ -n "$links" ]; then
  "$real" "$@" $RUNPROOF_FLAGS $RUNPROOF_LINKED
else
  exec "$real" "$@" $RUNPROOF_FLAGS
fi
code=$?
if [ $code != 0 ] && [ -n "$RUNPROOF_FAILED" ]; then printf '%s\n' "$PWD/${source:-$out}" >>"$RUNPROOF_FAILED"; fi
if [ $code = 0 ] && [ -n "$links" ] && [ -n "$RUNPROOF_PLANT" ]; then python3 "$RUNPROOF_PLANT" "$out"; fi
exit $code
