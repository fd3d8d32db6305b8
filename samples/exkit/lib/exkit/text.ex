defmodule Exkit.Text do
  @moduledoc "Helpers for text."

  @doc "Lines of at most `width` characters, broken between words."
  def wrap(text, width) do
    {lines, line} =
      text
      |> String.split()
      |> Enum.reduce({[], ""}, fn
        word, {lines, ""} ->
          {lines, word}

        word, {lines, line} ->
          if String.length(line) + 1 + String.length(word) <= width do
            {lines, line <> " " <> word}
          else
            {[line | lines], word}
          end
      end)

    if line == "", do: [], else: Enum.reverse([line | lines])
  end

  @doc "Cuts a text to a length, with a mark where something is missing."
  def truncate(text, length, mark \\ "...") do
    if String.length(text) <= length do
      text
    else
      String.slice(text, 0, max(length - String.length(mark), 0)) <> mark
    end
  end

  def slug(text) do
    text
    |> String.downcase()
    |> String.replace(~r/[^a-z0-9]+/, "-")
    |> String.trim("-")
  end

  @doc ~S(Replaces "{name}" by values; what is not there stays.)
  def fill(template, values) do
    Regex.replace(~r/\{(\w+)\}/, template, fn whole, name ->
      case Map.fetch(values, name) do
        {:ok, value} -> to_string(value)
        :error -> whole
      end
    end)
  end

  def initials(name) do
    name |> String.split() |> Enum.map_join(&String.first/1) |> String.upcase()
  end

  @doc "Whether a text reads the same from both ends, letters and digits alone."
  def palindrome?(text) do
    plain = text |> String.downcase() |> String.replace(~r/[^\p{L}\p{N}]/u, "")
    plain != "" and plain == String.reverse(plain)
  end
end
