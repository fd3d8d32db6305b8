defmodule Exkit.TextTest do
  use ExUnit.Case, async: true
  alias Exkit.Text

  describe "wrap" do
    test "breaks between words" do
      assert Text.wrap("one two  three", 7) == ["one two", "three"]
    end

    test "leaves a long word whole" do
      assert Text.wrap("a lengthy b", 4) == ["a", "lengthy", "b"]
    end

    test "gives nothing for nothing" do
      assert Text.wrap("  ", 5) == []
    end
  end

  test "truncate keeps what is short enough" do
    assert Text.truncate("abcde", 5) == "abcde"
  end

  test "truncate counts its mark" do
    assert Text.truncate("abcdefgh", 5) == "ab..."
    assert Text.truncate("abcdefgh", 5, "~") == "abcd~"
  end

  test "slug" do
    assert Text.slug("  Hello, World! ") == "hello-world"
  end

  test "fill replaces what it has" do
    assert Text.fill("Hi {name}, {what}?", %{"name" => "Ada"}) == "Hi Ada, {what}?"
  end

  test "initials" do
    assert Text.initials("ada king lovelace") == "AKL"
  end

  test "palindromes" do
    assert Text.palindrome?("A man, a plan, a canal: Panama")
    refute Text.palindrome?("abc")
    refute Text.palindrome?("?!")
  end
end
