defmodule Exkit.MixProject do
  use Mix.Project

  def project do
    [app: :exkit, version: "0.1.0", elixir: "~> 1.14", deps: deps()]
  end

  def application do
    [extra_applications: [:logger]]
  end

  defp deps do
    [{:ex_doc, "~> 0.30", only: :dev, runtime: false}]
  end
end
