# frozen_string_literal: true

require "test_helper"

class IntervalTest < Minitest::Test
  def interval(first, last)
    Rubykit::Interval.new(first, last)
  end

  def test_its_length
    assert_equal 3, interval(2, 5).length
  end

  def test_the_end_does_not_lie_before_the_beginning
    assert_raises(ArgumentError) { interval(2, 1) }
    assert_equal 0, interval(2, 2).length
  end

  def test_both_ends_belong_to_it
    assert interval(1, 3).cover?(1)
    assert interval(1, 3).cover?(3)
    refute interval(1, 3).cover?(4)
    refute interval(1, 3).cover?(0)
  end

  def test_touching_is_overlapping
    assert interval(1, 3).overlap?(interval(3, 5))
    assert interval(3, 5).overlap?(interval(1, 3))
    refute interval(1, 2).overlap?(interval(3, 4))
  end

  def test_the_intersection
    assert_equal interval(2, 3), interval(1, 3).intersection(interval(2, 5))
    assert_nil interval(1, 2).intersection(interval(3, 4))
  end

  def test_order
    assert_operator interval(1, 2), :<, interval(1, 3)
    assert_operator interval(1, 9), :<, interval(2, 3)
    assert_nil interval(1, 2) <=> 3
  end

  def test_merging
    merged = Rubykit::Interval.merge([interval(5, 6), interval(1, 3), interval(2, 4)])
    assert_equal [interval(1, 4), interval(5, 6)], merged
  end

  def test_merging_one_inside_another
    assert_equal [interval(1, 9)], Rubykit::Interval.merge([interval(1, 9), interval(2, 3)])
  end

  def test_merging_nothing
    assert_empty Rubykit::Interval.merge([])
  end
end
