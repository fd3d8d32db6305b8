setup() {
  source "$BATS_TEST_DIRNAME/../lib/version.sh"
}

@test "compares numbers, not text" {
  run version_compare 1.10.0 1.9.0
  [ "$output" = "1" ]
}

@test "compares equal versions" {
  run version_compare 1.2 1.2.0
  [ "$output" = "0" ]
}

@test "compares smaller ones" {
  run version_compare 1.2.3 2.0
  [ "$output" = "-1" ]
}

@test "bumps the patch unless told" {
  run version_bump 1.2.3
  [ "$output" = "1.2.4" ]
}

@test "bumps the minor part" {
  run version_bump 1.2.3 minor
  [ "$output" = "1.3.0" ]
}

@test "bumps the major part" {
  run version_bump 1.2.3 major
  [ "$output" = "2.0.0" ]
}

@test "refuses other parts" {
  run version_bump 1.2.3 other
  [ "$status" -eq 2 ]
}

@test "knows a version" {
  is_version 1.20.3
  ! is_version 1.2
  ! is_version 1.2.3-rc
}
