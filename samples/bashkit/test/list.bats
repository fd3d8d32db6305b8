setup() {
  source "$BATS_TEST_DIRNAME/../lib/list.sh"
}

@test "join_by joins" {
  run join_by ", " a b c
  [ "$output" = "a, b, c" ]
}

@test "join_by of one" {
  run join_by , a
  [ "$output" = "a" ]
}

@test "contains finds" {
  contains b a b c
}

@test "contains does not find" {
  run contains d a b c
  [ "$status" -eq 1 ]
}

@test "index_of counts from 0" {
  run index_of c a b c
  [ "$output" = "2" ]
}

@test "index_of fails for what is not there" {
  run index_of d a b c
  [ "$status" -eq 1 ]
  [ "$output" = "" ]
}

@test "unique keeps the first" {
  run unique b a b c a
  [ "${lines[*]}" = "b a c" ]
}

@test "largest" {
  run largest 3 12 -4
  [ "$output" = "12" ]
}

@test "sum" {
  run sum 1 2 3
  [ "$output" = "6" ]
}

@test "sum of nothing" {
  run sum
  [ "$output" = "0" ]
}
