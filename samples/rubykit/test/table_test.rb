# frozen_string_literal: true

require "test_helper"

class TableTest < Minitest::Test
  def setup
    @table = Rubykit::Table.new("name", "n").add("ab", 10).add("cde", 7)
  end

  def test_columns_are_as_wide_as_their_widest_cell
    assert_equal "name  n\n----  --\nab    10\ncde   7", @table.to_s
  end

  def test_a_column_on_the_right
    assert_equal "name   n\n----  --\nab    10\ncde    7", @table.right("n").to_s
  end

  def test_sorted
    assert_equal "name  n\n----  --\ncde   7\nab    10", @table.sort_by_column("name", descending: true).to_s
  end

  def test_an_unknown_column
    assert_raises(KeyError) { @table.sort_by_column("x") }
  end

  def test_a_row_of_another_length_is_refused
    assert_raises(ArgumentError) { @table.add("a") }
  end
end
