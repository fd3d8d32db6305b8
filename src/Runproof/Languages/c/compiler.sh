#!/bin/sh
# Stands in for the compilers of a build: the real one with further options behind the project's own. Warnings are no errors, nothing is
# optimised (functions stay where the source has them), assertions are on. Variables: RUNPROOF_FLAGS, RUNPROOF_LINKED (an object that every
# program gets), RUNPROOF_PLANT (what to do with a linked program), RUNPROOF_FAILED (where a source that does not compile is named).
is_source() {
  case $1 in *.c | *.cc | *.cpp | *.cxx | *.C | *.c++) ;; *) return 1 ;; esac
}

# OBJECT SOURCE WORD...: one source of a command that compiles and links, as the cache may know it.
compile_one() {
  object=$1 one=$2
  shift 2
  count=$# skips=
  while [ $count -gt 0 ]; do
    word=$1 count=$((count - 1))
    shift
    if [ -n "$skips" ]; then skips=; continue; fi
    case $word in
    -o) skips=yes ;;
    -o* | -l* | -L* | -Wl,* | *.o | *.a | *.so | *.so.*) ;;
    *) is_source "$word" || set -- "$@" "$word" ;;
    esac
  done
  ccache "$real" "$@" -c "$one" -o "$object" $RUNPROOF_FLAGS
}

# Compiles source by source, then links; where any step fails the command as it is says how.
compile_and_link() {
  made=$(mktemp -d) number=0
  for word; do
    if is_source "$word"; then
      number=$((number + 1))
      compile_one "$made/$number.o" "$word" "$@" || return
    fi
  done
  count=$# number=0
  while [ $count -gt 0 ]; do
    word=$1 count=$((count - 1))
    shift
    if is_source "$word"; then number=$((number + 1)) word=$made/$number.o; fi
    set -- "$@" "$word"
  done
  "$real" "$@" $RUNPROOF_FLAGS $RUNPROOF_LINKED
}

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
  *) if is_source "$word"; then source=$word; fi ;;
  esac
done
[ $# -gt 0 ] || exec "$real"
if [ -n "$compiles" ]; then
  if command -v ccache >/dev/null; then ccache "$real" "$@" $RUNPROOF_FLAGS; else "$real" "$@" $RUNPROOF_FLAGS; fi
elif [ -n "$links" ]; then
  if [ -n "$source" ] && command -v ccache >/dev/null && (compile_and_link "$@") >/dev/null 2>&1; then :; else "$real" "$@" $RUNPROOF_FLAGS $RUNPROOF_LINKED; fi
else
  exec "$real" "$@" $RUNPROOF_FLAGS
fi
code=$?
if [ $code != 0 ] && [ -n "$RUNPROOF_FAILED" ]; then printf '%s\n' "$PWD/${source:-$out}" >>"$RUNPROOF_FAILED"; fi
if [ $code = 0 ] && [ -n "$links" ] && [ -n "$RUNPROOF_PLANT" ]; then python3 "$RUNPROOF_PLANT" "$out"; fi
exit $code
