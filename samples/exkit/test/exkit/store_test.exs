defmodule Exkit.StoreTest do
  use ExUnit.Case
  alias Exkit.Store

  setup do
    {:ok, time} = Agent.start_link(fn -> 0 end)
    {:ok, store} = Store.start_link(clock: fn -> Agent.get(time, & &1) end)
    %{store: store, pass: fn by -> Agent.update(time, &(&1 + by)) end}
  end

  test "gives what was put", %{store: store} do
    Store.put(store, :a, 1)
    assert Store.get(store, :a) == 1
    assert Store.get(store, :b, :none) == :none
  end

  test "forgets in time", %{store: store, pass: pass} do
    Store.put(store, :a, 1, 10)
    pass.(9)
    assert Store.get(store, :a) == 1
    pass.(1)
    assert Store.get(store, :a) == nil
  end

  test "keeps the time to live when a value changes", %{store: store, pass: pass} do
    Store.put(store, :a, 1, 10)
    Store.update(store, :a, 0, &(&1 + 1))
    assert Store.get(store, :a) == 2
    pass.(10)
    assert Store.get(store, :a) == nil
  end

  test "begins with the initial value", %{store: store} do
    Store.update(store, :n, 5, &(&1 + 1))
    assert Store.get(store, :n) == 5
  end

  test "sweeps", %{store: store, pass: pass} do
    Store.put(store, :a, 1, 5)
    Store.put(store, :b, 2)
    pass.(6)
    assert Store.sweep(store) == 1
    assert Store.keys(store) == [:b]
  end
end
