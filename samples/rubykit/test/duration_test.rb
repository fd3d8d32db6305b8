# frozen_string_literal: true

require "test_helper"

class DurationTest < Minitest::Test
  include Rubykit

  def test_parts_add_up
    assert_equal 3900, Duration.parse("1h 5m")
    assert_equal 90, Duration.parse("90s")
    assert_equal 86_461, Duration.parse("1d1m1s")
  end

  def test_case_does_not_matter
    assert_equal 7200, Duration.parse("2H")
  end

  def test_what_is_no_duration_is_refused
    assert_raises(ArgumentError) { Duration.parse("soon") }
    error = assert_raises(ArgumentError) { Duration.parse("3 y") }
    assert_equal "there is no unit 'y'", error.message
  end

  def test_the_two_largest_units_are_told
    assert_equal "1h 5m", Duration.format(3905)
    assert_equal "1d 1s", Duration.format(86_401)
  end

  def test_as_many_as_asked_for
    assert_equal "1h 5m 5s", Duration.format(3905, parts: 3)
    assert_equal "1h", Duration.format(3905, parts: 1)
  end

  def test_nothing
    assert_equal "0s", Duration.format(0)
  end

  def test_back_in_time
    assert_equal "-1m 30s", Duration.format(-90)
  end
end
