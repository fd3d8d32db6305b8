# Paths.

extension() {
  local name=${1##*/}
  if [[ $name == .* && $name != .*.* ]] || [[ $name != *.* ]]; then
    return 1
  fi
  printf '%s\n' "${name##*.}"
}

# A path without "." and "..".
normalize() {
  local path=$1 part
  local -a parts kept=()
  IFS=/ read -r -a parts <<<"$path"
  for part in "${parts[@]}"; do
    if [ -z "$part" ] || [ "$part" = . ]; then
      continue
    fi
    if [ "$part" = .. ] && [ "${#kept[@]}" -gt 0 ] && [ "${kept[-1]}" != .. ]; then
      unset 'kept[-1]'
    elif [ "$part" != .. ] || [[ $path != /* ]]; then
      kept+=("$part")
    fi
  done
  local result
  result=$(IFS=/; printf '%s' "${kept[*]}")
  if [[ $path == /* ]]; then
    result=/$result
  fi
  printf '%s\n' "${result:-.}"
}
