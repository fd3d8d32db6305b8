# Text.

# Without white space at both ends.
trim() {
  local text=$1
  text="${text#"${text%%[![:space:]]*}"}"
  text="${text%"${text##*[![:space:]]}"}"
  printf '%s\n' "$text"
}

# A text many times.
repeat() {
  local text=$1 times=$2 result="" i
  for ((i = 0; i < times; i++)); do
    result+=$text
  done
  printf '%s\n' "$result"
}

# Filled up to a width: pad WIDTH TEXT [left|right].
pad() {
  local width=$1 text=$2 side=${3:-right}
  local missing=$((width - ${#text}))
  if [ "$missing" -le 0 ]; then
    printf '%s\n' "$text"
  elif [ "$side" = left ]; then
    printf '%s%s\n' "$(repeat ' ' "$missing")" "$text"
  else
    printf '%s%s\n' "$text" "$(repeat ' ' "$missing")"
  fi
}

slug() {
  local text=${1,,}
  text=${text//[^a-z0-9]/-}
  while [[ $text == *--* ]]; do
    text=${text//--/-}
  done
  text=${text#-}
  printf '%s\n' "${text%-}"
}

# Whether a text begins with another.
starts_with() {
  [[ $1 == "$2"* ]]
}
