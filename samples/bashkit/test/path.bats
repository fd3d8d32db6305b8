setup() {
  source "$BATS_TEST_DIRNAME/../lib/path.sh"
}

@test "extension" {
  run extension a.b/c.tar.gz
  [ "$output" = "gz" ]
}

@test "no extension" {
  run extension a.b/c
  [ "$status" -eq 1 ]
  run extension .profile
  [ "$status" -eq 1 ]
}

@test "normalize drops points" {
  run normalize /a/./b/../c
  [ "$output" = "/a/c" ]
}

@test "normalize keeps what leads out" {
  run normalize ../a/../..
  [ "$output" = "../.." ]
}

@test "normalize ends at the root" {
  run normalize /../a
  [ "$output" = "/a" ]
}

@test "normalize of nothing" {
  run normalize a/..
  [ "$output" = "." ]
}
