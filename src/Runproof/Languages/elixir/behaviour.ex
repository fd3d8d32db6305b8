defmodule Runproof.Behaviour do
  @moduledoc """
  What a failing test called, got and expected, from what ExUnit knows of the failure and from the source of the test; a JSON line.
  """

  @longest 300

  def text(kind, reason, stack) do
    Exception.format_banner(kind, reason, stack) <> "\n" <> Exception.format_stacktrace(stack)
  rescue
    _ -> inspect(reason)
  end

  def of(id, test) do
    {:failed, [{kind, reason, stack} | _]} = test.state
    line = line_in(stack, test)
    Runproof.Report.json([{:test, id} | fields(kind, reason, source(test.tags[:file]), line)])
  rescue
    _ -> Runproof.Report.json(test: id, kind: "other", message: "")
  end

  defp fields(:error, %ExUnit.AssertionError{} = error, lines, line) do
    message = to_string(error.message)

    case error do
      %{left: left, right: right, expr: expr} when left != :ex_unit_no_meaningful_value and expr != :ex_unit_no_meaningful_value ->
        sides(expr, left, right, message, lines, line)

      %{expr: expr} when expr != :ex_unit_no_meaningful_value ->
        call = code(argument(expr))
        [kind: "other", call: call, message: "#{call} does not hold", setup: set_up(lines, line, call)]

      _ ->
        raised(message, lines, line)
    end
  end

  defp fields(kind, reason, lines, line) do
    reason = if kind == :error, do: Exception.normalize(:error, reason), else: reason
    said = if is_exception(reason), do: "#{inspect(reason.__struct__)}: #{Exception.message(reason)}", else: "#{kind} #{inspect(reason)}"
    call = statement(lines, line)
    [kind: "raises", call: call, actual: said |> String.split("\n\n") |> hd(), message: said, setup: set_up(lines, line, call)]
  end

  # assert_raise: nothing or something else was raised.
  defp raised(message, lines, line) do
    call = statement(lines, line)
    inner = call && Regex.run(~r/^assert_raise\b.*?fn\s*->\s*(.*?)\s*end\)?$/s, call)
    call = if inner, do: Enum.at(inner, 1), else: call

    case Regex.run(~r/^Expected exception (\S+) but nothing was raised/, message) do
      [_, error] ->
        [kind: "not-raised", call: call, expected: error, message: message, setup: set_up(lines, line, call)]

      nil ->
        case Regex.run(~r/^Expected exception (\S+) but got (.*)$/s, message) do
          [_, error, got] -> [kind: "raises", call: call, actual: got |> String.split("\n") |> hd(), expected: error, message: message, setup: set_up(lines, line, call)]
          nil -> [kind: "other", call: call, message: message, setup: set_up(lines, line, call)]
        end
    end
  end

  defp sides(expr, left, right, message, lines, line) do
    case argument(expr) do
      # A pattern: what it was matched with is the value.
      {:=, _, [pattern, value]} ->
        [kind: "value", call: code(value), actual: inspect(right), expected: code(pattern), message: message, setup: set_up(lines, line, code(value))]

      {operator, _, [one, other]} when operator in [:==, :===, :=~, :in, :<, :>, :<=, :>=, :!=, :!==] ->
        swapped = not call?(one) and call?(other)
        {call, got, wanted} = if swapped, do: {other, right, left}, else: {one, left, right}

        if operator in [:==, :===] do
          [kind: "value", call: code(call), actual: inspect(got), expected: inspect(wanted), message: message, setup: set_up(lines, line, code(call))]
        else
          [kind: "other", call: code(call), actual: inspect(got), message: "#{code(call)} is #{inspect(got)}", expected: code(argument(expr)), setup: set_up(lines, line, code(call))]
        end

      _ ->
        [kind: "other", call: code(argument(expr)), message: message, setup: set_up(lines, line, code(argument(expr)))]
    end
  end

  defp argument({name, _, [one | _]}) when name in [:assert, :refute], do: one
  defp argument(expr), do: expr

  defp call?({name, _, arguments}) when is_list(arguments), do: name not in [:{}, :%{}, :%, :<<>>, :|, :__aliases__, :-, :sigil_D, :sigil_U, :sigil_N, :sigil_T, :"::"]
  defp call?(_), do: false

  defp code(expr) do
    text = Macro.to_string(expr)
    if String.length(text) <= @longest, do: text, else: nil
  end

  # The innermost place in the test itself, functions inside of it among them; else the outermost in its file.
  defp line_in(stack, test) do
    file = Path.basename(test.tags[:file])
    title = Atom.to_string(test.name)
    places = for {_, function, _, place} <- stack, Path.basename(to_string(place[:file] || "")) == file, line = place[:line], do: {is_atom(function) and String.contains?(Atom.to_string(function), title), line}

    case Enum.find(places, &elem(&1, 0)) || List.last(places) do
      {_, line} -> line
      nil -> nil
    end
  end

  defp source(file) do
    case file && File.read(file) do
      {:ok, text} -> String.split(text, "\n")
      _ -> []
    end
  end

  # The statement that begins at a line: as many lines as it takes to be whole.
  defp statement(_lines, nil), do: nil

  defp statement(lines, line) do
    lines |> Enum.drop(line - 1) |> Enum.take(12) |> Enum.scan(&(&2 <> "\n" <> &1)) |> Enum.find_value(fn text -> match?({:ok, _}, Code.string_to_quoted(text)) && text |> String.trim() |> shortened() end)
  end

  defp shortened(text), do: if(String.length(text) <= @longest, do: text, else: nil)

  # Lines above that give values to names in the call.
  defp set_up(_lines, nil, _call), do: []
  defp set_up(_lines, _line, nil), do: []

  defp set_up(lines, line, call) do
    above = lines |> Enum.take(line - 1) |> Enum.with_index(1) |> Enum.reverse() |> Enum.take_while(fn {text, _} -> not Regex.match?(~r/^\s*(test|describe|setup|property)\b.*\bdo\b/, text) end)

    {found, _} =
      Enum.reduce(above, {[], names(call)}, fn {text, number}, {found, used} ->
        with [_, pattern] <- Regex.run(~r/^\s*([a-z_{\[%(:][^=~<>]*?)\s=\s[^~]/, text),
             true <- length(found) < 6 and not MapSet.disjoint?(names(pattern), used),
             whole when is_binary(whole) <- statement(lines, number) do
          {[whole | found], used |> MapSet.difference(names(pattern)) |> MapSet.union(names(whole |> String.split("=", parts: 2) |> List.last()))}
        else
          _ -> {found, used}
        end
      end)

    found
  end

  defp names(text), do: ~r/(?<![\w.:@])[a-z_]\w*(?![\w(:?!])/ |> Regex.scan(text) |> List.flatten() |> MapSet.new()
end
