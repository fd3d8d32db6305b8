# Lists, as arguments.

join_by() {
  local separator=$1 result=$2
  shift 2 || return 1
  local item
  for item in "$@"; do
    result+=$separator$item
  done
  printf '%s\n' "$result"
}

# Whether the first argument is among the others.
contains() {
  local wanted=$1 item
  shift
  for item in "$@"; do
    if [ "$item" = "$wanted" ]; then
      return 0
    fi
  done
  return 1
}

# The place of the first argument among the others, from 0.
index_of() {
  local wanted=$1 place=0 item
  shift
  for item in "$@"; do
    if [ "$item" = "$wanted" ]; then
      echo "$place"
      return 0
    fi
    place=$((place + 1))
  done
  return 1
}

unique() {
  local -A seen=()
  local item
  for item in "$@"; do
    if [ -z "${seen[$item]:-}" ]; then
      seen[$item]=1
      printf '%s\n' "$item"
    fi
  done
}

largest() {
  local best=$1 item
  shift || return 1
  for item in "$@"; do
    if [ "$item" -gt "$best" ]; then
      best=$item
    fi
  done
  echo "$best"
}

sum() {
  local total=0 item
  for item in "$@"; do
    total=$((total + item))
  done
  echo "$total"
}
