defmodule Runproof.Scm do
  @moduledoc """
  Takes every dependency as what lies in the folder of dependencies: Hex itself is needed to bring packages, not to use them. What is not there is left out.
  """
  @behaviour Mix.SCM

  def fetchable?, do: false
  def format(opts), do: opts[:dest]
  def format_lock(_opts), do: nil
  def accepts_options(_app, opts), do: Keyword.put(opts, :runproof, true)
  def checked_out?(opts), do: File.dir?(opts[:dest])
  def lock_status(_opts), do: :ok
  def equal?(left, right), do: left[:dest] == right[:dest]
  def managers(_opts), do: []
  def checkout(_opts), do: Mix.raise("nothing is brought here")
  def update(_opts), do: Mix.raise("nothing is brought here")
end
