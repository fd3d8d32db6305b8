defmodule Exkit.SpansTest do
  use ExUnit.Case, async: true
  alias Exkit.Spans

  describe "merge" do
    test "joins what overlaps" do
      assert Spans.merge([{8, 9}, {1, 4}, {3, 6}]) == [{1, 6}, {8, 9}]
    end

    test "joins what touches" do
      assert Spans.merge([{1, 2}, {3, 4}]) == [{1, 4}]
    end

    test "keeps the longer end" do
      assert Spans.merge([{1, 9}, {2, 3}]) == [{1, 9}]
    end

    test "refuses a span that ends before it begins" do
      assert_raise ArgumentError, "3 is behind 1", fn -> Spans.merge([{3, 1}]) end
    end
  end

  test "member? counts both ends" do
    spans = [{1, 3}, {7, 7}]
    assert Spans.member?(spans, 1)
    assert Spans.member?(spans, 3)
    assert Spans.member?(spans, 7)
    refute Spans.member?(spans, 5)
  end

  test "count counts each number once" do
    assert Spans.count([{1, 3}, {2, 4}, {9, 9}]) == 5
  end

  test "gaps" do
    assert Spans.gaps([{6, 8}, {1, 3}]) == [{4, 5}]
    assert Spans.gaps([{1, 3}]) == []
  end

  describe "parse" do
    test "reads spans and single numbers" do
      assert Spans.parse("1-3, 7") == {:ok, [{1, 3}, {7, 7}]}
    end

    test "names what is wrong" do
      assert Spans.parse("1-3,x") == {:error, "x"}
      assert Spans.parse("5-2") == {:error, "5-2"}
    end

    test "takes nothing for no spans" do
      assert Spans.parse("") == {:ok, []}
    end
  end
end
