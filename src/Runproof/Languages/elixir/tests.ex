defmodule Runproof.Tests do
  @moduledoc """
  The tests of what was loaded, and their ids: module, describe block and title, "StackTest > push > keeps the order". Doctests stand in the code itself, which a solution changes: they judge nothing and
  are not run.
  """

  @doc "`{id, {module, name}, file}` of each test."
  def of(modules) do
    for module <- modules, function_exported?(module, :__ex_unit__, 0), test <- module.__ex_unit__().tests, kind(test) != :doctest do
      {id(test), {test.module, test.name}, file(test)}
    end
  end

  def id(test) do
    tags = test.tags
    kind = kind(test)
    describe = tags[:describe]
    name = Atom.to_string(test.name)
    prefix = if describe, do: "#{kind} #{describe} ", else: "#{kind} "
    title = String.replace_prefix(name, prefix, "")
    title = if kind == :test, do: title, else: "#{kind} #{title}"
    Runproof.Report.name(Enum.join([inspect(test.module)] ++ List.wrap(describe) ++ [title], " > "))
  end

  def file(test), do: Path.relative_to(test.tags[:file] || "", File.cwd!())

  # Where the tag tells nothing (a macro of the project's own), the name does.
  defp kind(test), do: test.tags[:test_type] || test.tags[:type] || (test.name |> Atom.to_string() |> String.split(" ") |> hd() |> String.to_atom())
end
