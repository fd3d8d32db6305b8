defmodule Exkit.Spans do
  @moduledoc "Lists of closed spans `{from, to}` of whole numbers."

  @doc "Sorted, with those that touch or overlap made one."
  def merge(spans) do
    spans
    |> Enum.map(&check/1)
    |> Enum.sort()
    |> Enum.reduce([], &join/2)
    |> Enum.reverse()
  end

  defp join({from, to}, [{first, last} | rest]) when from <= last + 1, do: [{first, max(last, to)} | rest]
  defp join(span, merged), do: [span | merged]

  defp check({from, to}) when from <= to, do: {from, to}
  defp check({from, to}), do: raise(ArgumentError, "#{from} is behind #{to}")

  def member?(spans, number), do: Enum.any?(spans, fn {from, to} -> number >= from and number <= to end)

  @doc "How many numbers are in any of them."
  def count(spans) do
    spans |> merge() |> Enum.map(fn {from, to} -> to - from + 1 end) |> Enum.sum()
  end

  @doc "What lies between them."
  def gaps(spans) do
    spans
    |> merge()
    |> Enum.chunk_every(2, 1, :discard)
    |> Enum.map(fn [{_, to}, {from, _}] -> {to + 1, from - 1} end)
  end

  @doc ~S(Reads "1-3,7": an error names the part that is wrong.)
  def parse(text) do
    text
    |> String.split(",", trim: true)
    |> Enum.reduce_while({:ok, []}, fn part, {:ok, spans} ->
      case parse_part(String.trim(part)) do
        {:ok, span} -> {:cont, {:ok, spans ++ [span]}}
        :error -> {:halt, {:error, part}}
      end
    end)
  end

  defp parse_part(part) do
    case Regex.run(~r/^(\d+)(?:-(\d+))?$/, part) do
      [_, from, to] -> ordered(String.to_integer(from), String.to_integer(to))
      [_, from] -> {:ok, {String.to_integer(from), String.to_integer(from)}}
      nil -> :error
    end
  end

  defp ordered(from, to) when from > to, do: :error
  defp ordered(from, to), do: {:ok, {from, to}}
end
