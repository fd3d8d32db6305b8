defmodule Exkit.Store do
  @moduledoc "A process that keeps values with a time to live, measured by a clock that it is given."
  use Agent

  def start_link(options \\ []) do
    clock = Keyword.get(options, :clock, fn -> System.monotonic_time(:millisecond) end)
    Agent.start_link(fn -> %{clock: clock, values: %{}} end, Keyword.take(options, [:name]))
  end

  def put(store, key, value, ttl \\ :infinity) do
    Agent.update(store, fn state ->
      expires = if ttl == :infinity, do: :infinity, else: state.clock.() + ttl
      %{state | values: Map.put(state.values, key, {value, expires})}
    end)
  end

  def get(store, key, default \\ nil) do
    Agent.get(store, fn state ->
      case state.values do
        %{^key => {value, expires}} -> if alive?(expires, state.clock), do: value, else: default
        _ -> default
      end
    end)
  end

  @doc "Changes a value; the time to live stays."
  def update(store, key, initial, fun) do
    Agent.update(store, fn state ->
      values = Map.update(state.values, key, {initial, :infinity}, fn {value, expires} -> {fun.(value), expires} end)
      %{state | values: values}
    end)
  end

  @doc "Takes what has expired away, and says how many that were."
  def sweep(store) do
    Agent.get_and_update(store, fn state ->
      {kept, gone} = Enum.split_with(state.values, fn {_, {_, expires}} -> alive?(expires, state.clock) end)
      {length(gone), %{state | values: Map.new(kept)}}
    end)
  end

  def keys(store), do: Agent.get(store, fn state -> state.values |> Map.keys() |> Enum.sort() end)

  defp alive?(:infinity, _clock), do: true
  defp alive?(expires, clock), do: clock.() < expires
end
