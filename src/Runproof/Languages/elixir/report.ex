defmodule Runproof.Report do
  @moduledoc """
  Writes JUnit XML, whole and at the end only: code that ends the process leaves none.
  """

  @doc "Cases: `{id, file, seconds, outcome, message, details}`; failures of collection: `{where, message}`."
  def write(path, cases, collection) do
    body =
      for({where, message} <- collection, do: ["<testcase classname=\"\" name=", attribute(where), "><error message=\"collection failure\">", content(message), "</error></testcase>\n"]) ++
        for {id, file, seconds, outcome, message, details} <- cases do
          [
            ["<testcase name=", attribute(id), " file=", attribute(file), " time=\"", :erlang.float_to_binary(seconds * 1.0, decimals: 6), "\">"],
            ["<properties><property name=\"nodeid\" value=", attribute(id), "/></properties>"],
            if(outcome == "passed", do: [], else: ["<", outcome, " message=", attribute(message), ">", content(details), "</", outcome, ">"]),
            "</testcase>\n"
          ]
        end

    put(path, ["<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<testsuites><testsuite>\n", body, "</testsuite></testsuites>\n"])
  end

  def put(path, text) do
    File.write!(path <> ".partial", text)
    File.rename!(path <> ".partial", path)
  end

  @doc "Text that XML 1.0 and JSON can hold: other bytes and control characters as \"#x1B\"."
  def clean(text) do
    text = if String.valid?(text), do: text, else: for(<<byte <- text>>, into: "", do: if(byte < 128, do: <<byte>>, else: hex(byte)))
    Regex.replace(~r/[\x00-\x08\x0B\x0C\x0E-\x1F\x7F\x{FFFE}\x{FFFF}]/u, text, fn <<code::utf8>> -> hex(code) end)
  end

  @doc "One line: names stand in a file of lines."
  def name(text), do: Regex.replace(~r/[\r\n\t]/, clean(text), fn <<code>> -> hex(code) end)

  @doc "A JSON object; values are texts, lists of texts, or JSON in a tuple `{:json, text}`."
  def json(fields) do
    ["{", fields |> Enum.reject(fn {_, value} -> is_nil(value) end) |> Enum.map(fn {key, value} -> [quoted(to_string(key)), ":", value(value)] end) |> Enum.intersperse(","), "}\n"]
  end

  defp value({:json, text}), do: text
  defp value(list) when is_list(list), do: ["[", list |> Enum.map(&quoted/1) |> Enum.intersperse(","), "]"]
  defp value(text), do: quoted(text)

  def quoted(text) do
    ["\"", clean(text) |> String.replace("\\", "\\\\") |> String.replace("\"", "\\\"") |> String.replace("\n", "\\n") |> String.replace("\r", "\\r") |> String.replace("\t", "\\t"), "\""]
  end

  defp hex(code), do: "#x" <> String.pad_leading(Integer.to_string(code, 16), 2, "0")
  defp escaped(text), do: text |> String.replace("&", "&amp;") |> String.replace("<", "&lt;") |> String.replace(">", "&gt;")
  defp content(text), do: text |> clean() |> String.slice(0, 8000) |> escaped()

  defp attribute(text),
    do: ["\"", text |> clean() |> String.slice(0, 4000) |> escaped() |> String.replace("\"", "&quot;") |> String.replace("\n", "&#10;") |> String.replace("\r", "&#13;") |> String.replace("\t", "&#9;"), "\""]
end
