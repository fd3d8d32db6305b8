# Runs the words on stdin, with the answer loaded where --plain is not given: the value is what they print, and how they end.
words=$(cat)
[ "$1" = --plain ] || . ./answer.sh >&2
said=$(eval "$words")
code=$?
printf 'value %s [%s]\n' "${said//$'\n'/\\n}" "$code"
