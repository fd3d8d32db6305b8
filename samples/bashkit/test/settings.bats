setup() {
  source "$BATS_TEST_DIRNAME/../lib/settings.sh"
  file=$BATS_TEST_TMPDIR/settings
  printf '# comment\nname=Ada\nurl=a=b\n' >"$file"
}

@test "gets a value" {
  run setting_get "$file" name
  [ "$output" = "Ada" ]
}

@test "a value may hold the sign" {
  run setting_get "$file" url
  [ "$output" = "a=b" ]
}

@test "gives the default" {
  run setting_get "$file" age 7
  [ "$output" = "7" ]
}

@test "gives the default without a file" {
  run setting_get "$file.not" name none
  [ "$output" = "none" ]
}

@test "changes a value" {
  setting_set "$file" name Alan
  [ "$(cat "$file")" = $'# comment\nname=Alan\nurl=a=b' ]
}

@test "adds a value" {
  setting_set "$file" age 36
  [ "$(tail -n 1 "$file")" = "age=36" ]
}

@test "refuses bad names" {
  run setting_set "$file" a=b c
  [ "$status" -eq 2 ]
}
