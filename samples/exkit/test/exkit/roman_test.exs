defmodule Exkit.RomanTest do
  use ExUnit.Case, async: true
  alias Exkit.Roman

  test "encodes" do
    assert Roman.encode(1994) == "MCMXCIV"
    assert Roman.encode(3) == "III"
  end

  test "encodes the largest and the smallest" do
    assert Roman.encode(3999) == "MMMCMXCIX"
    assert Roman.encode(1) == "I"
  end

  test "refuses what has no numeral" do
    for number <- [0, 4000, -1, 1.5, "I"] do
      assert_raise ArgumentError, fn -> Roman.encode(number) end
    end
  end

  test "decodes" do
    assert Roman.decode("MCMXCIV") == {:ok, 1994}
    assert Roman.decode("iv") == {:ok, 4}
  end

  test "refuses other forms" do
    assert Roman.decode("IIII") == :error
    assert Roman.decode("ABC") == :error
    assert Roman.decode("") == :error
  end
end
