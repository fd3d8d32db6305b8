defmodule Runproof.Reach do
  @moduledoc """
  Which lines run, from the counters of Erlang's `cover`. Each test runs by itself, with the set-up of its module; what runs outside of any is shared.
  """

  @doc "Compiles the project's modules anew, with counters. Returns their source files."
  def start(ebin) do
    {:ok, _} = :cover.start()
    :cover.local_only()
    loaded = :cover.compile_beam_directory(String.to_charlist(ebin))
    for {:ok, module} <- List.wrap(loaded), file = file(module), into: %{}, do: {module, file}
  end

  @doc "The lines that ran since the last time: file → lines."
  def take(modules) do
    Enum.reduce(modules, %{}, fn {module, file}, found ->
      case :cover.analyse(module, :calls, :line) do
        {:ok, lines} ->
          hit = for {{_, line}, calls} <- lines, calls > 0, line > 0, do: line
          if hit != [], do: :cover.reset(module)
          if hit == [], do: found, else: Map.update(found, file, hit, &(hit ++ &1))

        _ ->
          found
      end
    end)
  end

  @doc "A record for the file of reach."
  def record(head, found) do
    lines = found |> Enum.map(fn {file, lines} -> [Runproof.Report.quoted(file), ":", ranges(lines)] end) |> Enum.intersperse(",")
    Runproof.Report.json(head ++ [lines: {:json, ["{", lines, "}"]}])
  end

  defp ranges(lines) do
    runs =
      lines |> Enum.sort() |> Enum.dedup() |> Enum.reduce([], fn
        line, [{first, last} | rest] when line == last + 1 -> [{first, line} | rest]
        line, runs -> [{line, line} | runs]
      end)

    ["[", runs |> Enum.reverse() |> Enum.map(fn {first, last} -> "[#{first},#{last}]" end) |> Enum.intersperse(","), "]"]
  end

  defp file(module) do
    source = to_string(module.module_info(:compile)[:source] || "")
    path = Path.relative_to(source, File.cwd!())
    if path != source, do: path
  end
end
