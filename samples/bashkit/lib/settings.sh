# Settings in a file of lines NAME=VALUE; lines that begin with # are comments.

setting_get() {
  local file=$1 name=$2 default=${3:-} line
  local value=$default
  if [ ! -f "$file" ]; then
    printf '%s\n' "$default"
    return 0
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    if [[ $line == \#* || $line != *=* ]]; then
      continue
    fi
    if [ "${line%%=*}" = "$name" ]; then
      value=${line#*=}
    fi
  done <"$file"
  printf '%s\n' "$value"
}

setting_set() {
  local file=$1 name=$2 value=$3 line found=0 result=""
  if [ -z "$name" ] || [[ $name == *=* ]]; then
    echo "setting_set: bad name '$name'" >&2
    return 2
  fi
  if [ -f "$file" ]; then
    while IFS= read -r line; do
      if [ "${line%%=*}" = "$name" ] && [ "$found" -eq 0 ]; then
        line=$name=$value
        found=1
      fi
      result+=$line$'\n'
    done <"$file"
  fi
  if [ "$found" -eq 0 ]; then
    result+=$name=$value$'\n'
  fi
  printf '%s' "$result" >"$file"
}
