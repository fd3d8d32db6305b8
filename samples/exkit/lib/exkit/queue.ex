defmodule Exkit.Queue do
  @moduledoc "A first-in, first-out queue with a limit."

  defstruct front: [], back: [], size: 0, limit: :infinity

  def new(options \\ []) do
    limit = Keyword.get(options, :limit, :infinity)

    unless limit == :infinity or (is_integer(limit) and limit > 0) do
      raise ArgumentError, "a limit is a positive number"
    end

    %__MODULE__{limit: limit}
  end

  @doc "Adds at the end; an error where the queue is full."
  def push(%__MODULE__{size: size, limit: limit}, _item) when size >= limit, do: {:error, :full}

  def push(%__MODULE__{} = queue, item) do
    {:ok, %{queue | back: [item | queue.back], size: queue.size + 1}}
  end

  def push!(queue, item) do
    case push(queue, item) do
      {:ok, queue} -> queue
      {:error, reason} -> raise "cannot push: #{reason}"
    end
  end

  @doc "Takes from the front."
  def pop(%__MODULE__{front: [], back: []}), do: :empty

  def pop(%__MODULE__{front: [], back: back} = queue) do
    pop(%{queue | front: Enum.reverse(back), back: []})
  end

  def pop(%__MODULE__{front: [item | rest]} = queue) do
    {item, %{queue | front: rest, size: queue.size - 1}}
  end

  def empty?(%__MODULE__{size: size}), do: size == 0

  def to_list(%__MODULE__{front: front, back: back}), do: front ++ Enum.reverse(back)

  @doc "Takes as many as there are, up to a number."
  def take(queue, count) when count > 0 do
    case pop(queue) do
      :empty ->
        {[], queue}

      {item, queue} ->
        {items, queue} = take(queue, count - 1)
        {[item | items], queue}
    end
  end

  def take(queue, _count), do: {[], queue}
end
