# Versions such as 1.2.3.

# Prints -1, 0 or 1.
version_compare() {
  local -a left right
  IFS=. read -r -a left <<<"$1"
  IFS=. read -r -a right <<<"$2"
  local i count=${#left[@]}
  if [ "${#right[@]}" -gt "$count" ]; then
    count=${#right[@]}
  fi
  for ((i = 0; i < count; i++)); do
    local a=${left[i]:-0} b=${right[i]:-0}
    if [ "$a" -lt "$b" ]; then
      echo -1
      return
    elif [ "$a" -gt "$b" ]; then
      echo 1
      return
    fi
  done
  echo 0
}

version_bump() {
  local version=$1 part=${2:-patch} major minor patch
  IFS=. read -r major minor patch <<<"$version"
  case $part in
    major)
      echo "$((major + 1)).0.0"
      ;;
    minor)
      echo "$major.$((minor + 1)).0"
      ;;
    patch)
      echo "$major.$minor.$((patch + 1))"
      ;;
    *)
      echo "version_bump: unknown part '$part'" >&2
      return 2
      ;;
  esac
}

is_version() {
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
}
