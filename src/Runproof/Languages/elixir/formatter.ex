defmodule Runproof.Formatter do
  @moduledoc """
  Collects how tests end. What a test raises is its own failure; what `setup_all` raises makes its tests errors.
  """
  use GenServer

  @time_limit "runproof: time limit"

  def init(_options), do: {:ok, %{cases: [], behaviours: []}}

  @doc "What the last run collected."
  def take, do: :persistent_term.get(__MODULE__, {[], []})

  def handle_cast({:test_finished, test}, state) do
    id = Runproof.Tests.id(test)
    {outcome, message, details} = outcome(test.state)
    one = {id, Runproof.Tests.file(test), test.time / 1_000_000, outcome, message, details}
    behaviours = if outcome == "failure" and message != @time_limit, do: [Runproof.Behaviour.of(id, test) | state.behaviours], else: state.behaviours
    {:noreply, %{state | cases: [one | state.cases], behaviours: behaviours}}
  end

  def handle_cast({:suite_finished, _times}, state) do
    :persistent_term.put(__MODULE__, {Enum.reverse(state.cases), Enum.reverse(state.behaviours)})
    {:noreply, state}
  end

  def handle_cast(_event, state), do: {:noreply, state}

  defp outcome(nil), do: {"passed", "", ""}
  defp outcome({:excluded, reason}), do: {"skipped", to_string(reason), ""}
  defp outcome({:skipped, reason}), do: {"skipped", to_string(reason), ""}
  defp outcome({:invalid, _module}), do: {"error", "set-up of the module failed", ""}

  defp outcome({:failed, failures}) do
    text = Enum.map_join(failures, "\n\n", fn {kind, reason, stack} -> Runproof.Behaviour.text(kind, reason, stack) end)
    limit? = Enum.any?(failures, fn {_, reason, _} -> is_struct(reason, ExUnit.TimeoutError) end)
    {"failure", if(limit?, do: @time_limit, else: text |> String.split("\n") |> hd()), text}
  end
end
