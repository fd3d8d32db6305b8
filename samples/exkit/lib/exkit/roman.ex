defmodule Exkit.Roman do
  @moduledoc "Roman numerals from 1 to 3999."

  @symbols [
    {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"}
  ]

  def encode(number) when is_integer(number) and number >= 1 and number <= 3999 do
    {0, parts} = Enum.reduce(@symbols, {number, []}, &take/2)
    parts |> Enum.reverse() |> Enum.join()
  end

  def encode(number), do: raise(ArgumentError, "no numeral for #{inspect(number)}")

  defp take({value, letters}, {number, parts}) do
    times = div(number, value)
    {rem(number, value), [String.duplicate(letters, times) | parts]}
  end

  @doc "The number, where the text is a numeral in its one right form."
  def decode(text) do
    upper = String.upcase(text)
    number = sum(upper)

    if number in 1..3999 and encode(number) == upper do
      {:ok, number}
    else
      :error
    end
  end

  defp sum(text) do
    {total, ""} =
      Enum.reduce(@symbols, {0, text}, fn {value, letters}, acc -> strip(acc, value, letters) end)

    total
  rescue
    MatchError -> 0
  end

  defp strip({total, text}, value, letters) do
    if String.starts_with?(text, letters) do
      strip({total + value, String.replace_prefix(text, letters, "")}, value, letters)
    else
      {total, text}
    end
  end
end
