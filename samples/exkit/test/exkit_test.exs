defmodule ExkitTest do
  use ExUnit.Case, async: true

  describe "dig" do
    test "follows keys" do
      assert Exkit.dig(%{a: %{b: 1}}, [:a, :b]) == 1
    end

    test "gives the default where a key is missing" do
      assert Exkit.dig(%{a: %{}}, [:a, :b], :none) == :none
      assert Exkit.dig(%{a: 1}, [:a, :b], :none) == :none
    end

    test "takes nil for nothing" do
      assert Exkit.dig(%{a: nil}, [:a], 5) == 5
    end

    test "gives the whole for no keys" do
      assert Exkit.dig(%{a: 1}, []) == %{a: 1}
    end
  end

  test "tally puts the most frequent first" do
    assert Exkit.tally(~w(b a c a)) == [{"a", 2}, {"b", 1}, {"c", 1}]
  end

  test "split_between" do
    assert Exkit.split_between([1, 2, 5, 6, 9], &(&2 - &1 > 1)) == [[1, 2], [5, 6], [9]]
    assert Exkit.split_between([], &(&1 > &2)) == []
  end
end
