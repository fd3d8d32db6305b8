defmodule Exkit.QueueTest do
  use ExUnit.Case, async: true
  alias Exkit.Queue

  defp filled(items), do: Enum.reduce(items, Queue.new(), &Queue.push!(&2, &1))

  test "starts empty" do
    assert Queue.empty?(Queue.new())
    assert Queue.pop(Queue.new()) == :empty
  end

  test "keeps the order" do
    assert Queue.to_list(filled([1, 2, 3])) == [1, 2, 3]
  end

  test "pops from the front" do
    {item, queue} = Queue.pop(filled([1, 2, 3]))
    assert item == 1
    assert Queue.to_list(queue) == [2, 3]
    assert queue.size == 2
  end

  test "keeps the order when pushed to after a pop" do
    {_, queue} = Queue.pop(filled([1, 2, 3]))
    assert queue |> Queue.push!(4) |> Queue.to_list() == [2, 3, 4]
  end

  describe "limit" do
    setup do
      {:ok, queue} = Queue.push(Queue.new(limit: 2), :a)
      %{queue: queue}
    end

    test "lets in as many as it says", %{queue: queue} do
      assert {:ok, queue} = Queue.push(queue, :b)
      assert queue.size == 2
    end

    test "refuses more", %{queue: queue} do
      {:ok, queue} = Queue.push(queue, :b)
      assert Queue.push(queue, :c) == {:error, :full}
      assert_raise RuntimeError, "cannot push: full", fn -> Queue.push!(queue, :c) end
    end

    test "must be positive" do
      assert_raise ArgumentError, fn -> Queue.new(limit: 0) end
    end
  end

  test "takes several" do
    {items, queue} = Queue.take(filled([1, 2, 3]), 2)
    assert items == [1, 2]
    assert Queue.to_list(queue) == [3]
  end

  test "takes no more than there are" do
    assert {[1], _} = Queue.take(filled([1]), 5)
    assert {[], _} = Queue.take(filled([1]), 0)
  end
end
