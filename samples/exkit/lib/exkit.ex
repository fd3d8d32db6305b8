defmodule Exkit do
  @moduledoc "Small modules that a project may need."

  @doc "The value under a path of keys in nested maps, or a default."
  def dig(value, path, default \\ nil)
  def dig(nil, _path, default), do: default
  def dig(value, [], _default), do: value

  def dig(map, [key | rest], default) when is_map(map) do
    case Map.fetch(map, key) do
      {:ok, value} -> dig(value, rest, default)
      :error -> default
    end
  end

  def dig(_value, _path, default), do: default

  @doc "Counts how often each element is there, the most frequent first; equals in the order of their terms."
  def tally(enumerable) do
    enumerable
    |> Enum.frequencies()
    |> Enum.sort_by(fn {element, count} -> {-count, element} end)
  end

  @doc "Splits a list where a function says that two neighbours do not belong together."
  def split_between(list, fun) do
    list
    |> Enum.reduce([], fn
      element, [] -> [[element]]
      element, [[last | _] = group | groups] -> if fun.(last, element), do: [[element], group | groups], else: [[element | group] | groups]
    end)
    |> Enum.map(&Enum.reverse/1)
    |> Enum.reverse()
  end
end
