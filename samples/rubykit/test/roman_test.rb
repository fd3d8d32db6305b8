# frozen_string_literal: true

require "test_helper"

class RomanTest < Minitest::Test
  include Rubykit

  { 1 => "I", 4 => "IV", 9 => "IX", 14 => "XIV", 40 => "XL", 90 => "XC", 444 => "CDXLIV", 1994 => "MCMXCIV", 3999 => "MMMCMXCIX" }.each do |number, numeral|
    define_method("test_#{number}_is_#{numeral}") do
      assert_equal numeral, Roman.encode(number)
      assert_equal number, Roman.decode(numeral)
    end
  end

  def test_numbers_without_a_numeral_are_refused
    assert_raises(ArgumentError) { Roman.encode(0) }
    assert_raises(ArgumentError) { Roman.encode(4000) }
  end

  def test_case_and_space_around_do_not_matter
    assert_equal 12, Roman.decode(" xii ")
  end

  def test_what_is_no_numeral_is_refused
    assert_raises(ArgumentError) { Roman.decode("IIII") }
    assert_raises(ArgumentError) { Roman.decode("ABC") }
    assert_raises(ArgumentError) { Roman.decode("") }
  end
end
