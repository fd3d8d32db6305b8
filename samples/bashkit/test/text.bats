setup() {
  source "$BATS_TEST_DIRNAME/../lib/text.sh"
}

@test "trim takes white space from both ends" {
  run trim "  a b  "
  [ "$output" = "a b" ]
}

@test "trim gives nothing for white space" {
  run trim "   "
  [ "$output" = "" ]
}

@test "repeat" {
  run repeat ab 3
  [ "$output" = "ababab" ]
}

@test "repeat no times" {
  run repeat ab 0
  [ "$output" = "" ]
}

@test "pad fills at the right" {
  run pad 4 ab
  [ "$output" = "ab  " ]
}

@test "pad fills at the left" {
  run pad 4 ab left
  [ "$output" = "  ab" ]
}

@test "pad leaves what is long enough" {
  run pad 2 abc
  [ "$output" = "abc" ]
}

@test "slug" {
  run slug "  Hello, World! "
  [ "$output" = "hello-world" ]
}

@test "starts_with" {
  starts_with carpet car
  ! starts_with carpet pet
}
