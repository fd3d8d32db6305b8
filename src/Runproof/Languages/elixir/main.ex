defmodule Runproof do
  @moduledoc """
  Runs the tests of the Mix project in the current folder: compiles it, loads the test files one by one, runs ExUnit with a formatter of our own.

  Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of tests to run, each a line "SECONDS ID"), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS,
  RUNPROOF_REACH and RUNPROOF_BEHAVIOUR (JSON lines to write).
  """

  # One test that is cut by the limit must not hide that others fail.
  @failures_to_stop 2

  def main(arguments) do
    keep_own()
    report = variable("REPORT")

    code =
      case compile() do
        :ok -> run(arguments, report)
        {:error, problems} -> leave(report, [], problems)
      end

    System.halt(code)
  end

  # All of Elixir, Mix and ExUnit is loaded before anything of the repository is; a module of the same name does not take its place.
  defp keep_own do
    for app <- [:elixir, :ex_unit, :mix, :logger, :eex] do
      _ = Application.load(app)
      {:ok, modules} = :application.get_key(app, :modules)
      if app in [:ex_unit, :mix], do: :code.ensure_modules_loaded(modules)
      :code.stick_dir(:filename.join(:code.lib_dir(app), 'ebin'))
    end

    :code.stick_dir(:filename.dirname(:code.which(__MODULE__)))
  end

  defp compile do
    Mix.start()
    Mix.env(:test)
    Mix.shell(Mix.Shell.Quiet)
    Mix.SCM.append(Runproof.Scm)
    Code.compile_file("mix.exs")
    absent()
    Mix.Task.run("loadconfig")
    dependencies()

    case Mix.Task.run("compile", ["--no-deps-check", "--return-errors", "--no-all-warnings"]) do
      {:error, diagnostics} ->
        {:error, for(one <- diagnostics, one.severity == :error, do: {relative(to_string(one.file)), "#{one.position |> inspect()}: #{one.message}"})}

      _ ->
        Mix.Task.run("app.config", ["--no-deps-check", "--no-compile"])
        start()
        :ok
    end
  rescue
    error -> {:error, [{"mix.exs", Exception.format(:error, error, __STACKTRACE__)}]}
  catch
    kind, reason -> {:error, [{"mix.exs", Exception.format(kind, reason, __STACKTRACE__)}]}
  end

  # Dependencies that are not there are left out of the project.
  defp absent do
    config = Mix.Project.config()
    deps = config[:deps] || []

    there? = fn dep ->
      options = dep |> Tuple.to_list() |> Enum.find([], &is_list/1)
      options[:path] != nil or options[:in_umbrella] == true or File.dir?(Path.join(Mix.Project.deps_path(), to_string(elem(dep, 0))))
    end

    {_, gone} = Enum.split_with(deps, there?)
    if gone != [], do: IO.puts("left out: " <> Enum.map_join(gone, ", ", &to_string(elem(&1, 0))))
    # What the project asks of the version of Elixir is tried, and tools that only report are off.
    Mix.ProjectStack.merge_config(deps: deps -- gone, elixir: ">= 1.0.0", test_coverage: [], listeners: [], preferred_cli_env: [])
  end

  # Those that are there are compiled once.
  defp dependencies do
    Mix.Task.run("deps.loadpaths", ["--no-deps-check"])
    built? = fn dep -> File.dir?(Path.join([Mix.Project.build_path(), "lib", to_string(dep.app), "ebin"])) end
    missing = for dep <- Mix.Dep.cached(), Mix.Dep.available?(dep), not built?.(dep), do: to_string(dep.app)
    if missing != [], do: Mix.Task.run("deps.compile", missing)
    Mix.Task.reenable("deps.loadpaths")
  end

  # The application as far as it starts: one that needs what is not there does not.
  defp start do
    app = Mix.Project.config()[:app]

    if app && Mix.Project.get() do
      case Application.ensure_all_started(app) do
        {:ok, _} -> :ok
        {:error, problem} -> IO.puts("the application does not start: #{inspect(problem)}")
      end
    end
  end

  defp run(arguments, report) do
    Application.ensure_loaded(:ex_unit)
    Application.put_env(:ex_unit, :autorun, false)
    Code.put_compiler_option(:ignore_module_conflict, true)
    paths = Mix.Project.config()[:test_paths] || ["test"]
    reach = variable("REACH")
    ebin = Mix.Project.compile_path()
    modules = if reach, do: Runproof.Reach.start(ebin), else: %{}
    ExUnit.start(autorun: false)
    helpers = for path <- paths, file = Path.join(path, "test_helper.exs"), File.regular?(file), do: file
    problems = Enum.flat_map(helpers, &require_file/1)
    configure()
    {loaded, further} = load(files(arguments, paths))
    tests = Runproof.Tests.of(loaded)
    problems = problems ++ further
    {chosen, limit} = chosen(tests)
    limit = limit || seconds(variable("TEST_SECONDS"))
    if limit, do: ExUnit.configure(timeout: max(1, round(limit * 1000)))
    # Names that no test has keep all others out.
    ExUnit.configure(only_test_ids: MapSet.new(chosen, fn {_, name, _} -> name end))
    if reach, do: measure(reach, modules, chosen)
    {cases, behaviours} = if reach, do: {[], []}, else: once([])
    ids = MapSet.new(chosen, &elem(&1, 0))
    cases = Enum.filter(cases, fn one -> MapSet.member?(ids, elem(one, 0)) end)
    if path = variable("BEHAVIOUR"), do: Runproof.Report.put(path, behaviours)
    leave(report, cases, problems)
  end

  defp configure do
    seed = variable("SHUFFLE")
    ExUnit.configure(
      autorun: false,
      formatters: [Runproof.Formatter],
      max_cases: 1,
      seed: if(seed, do: String.to_integer(seed), else: 0),
      capture_log: Application.get_env(:ex_unit, :capture_log, false),
      max_failures: if(variable("FAIL_FAST"), do: @failures_to_stop, else: :infinity),
      colors: [enabled: false]
    )
  end

  # Runs what is loaded, or modules again; the formatter has all when it returns.
  defp once(modules) do
    :persistent_term.erase(Runproof.Formatter)
    ExUnit.run(modules)
    Runproof.Formatter.take()
  end

  defp measure(path, modules, tests) do
    shared = Runproof.Reach.take(modules)
    ExUnit.configure(only_test_ids: MapSet.new([{nil, nil}]))
    once([])

    records =
      for {id, {module, name}, _} <- tests do
        ExUnit.configure(only_test_ids: MapSet.new([{module, name}]))
        once([module])
        Runproof.Reach.record([test: id], Runproof.Reach.take(modules))
      end

    Runproof.Report.put(path, [records, Runproof.Reach.record([shared: {:json, "true"}], shared)])
  end

  defp files(arguments, paths) do
    pattern = Mix.Project.config()[:test_pattern] || "*_test.exs"
    given = Enum.reject(arguments, &String.starts_with?(&1, "-"))
    given = if given == [], do: paths, else: given
    given |> Enum.flat_map(fn path -> if File.dir?(path), do: Path.wildcard(Path.join(path, "**/" <> pattern)), else: [path] end) |> Enum.uniq() |> Enum.sort()
  end

  # One by one: a file that does not compile takes no other with it.
  defp load(files) do
    Enum.reduce(files, {[], []}, fn file, {modules, problems} ->
      case require_file(file, &Enum.map(&1, fn {module, _} -> module end)) do
        {:loaded, found} -> {modules ++ found, problems}
        further -> {modules, problems ++ further}
      end
    end)
  end

  defp require_file(file, of_loaded \\ fn _ -> nil end) do
    case of_loaded.(Code.require_file(file) || []) do
      nil -> []
      found -> {:loaded, found}
    end
  rescue
    error -> [{relative(file), Exception.format(:error, error, __STACKTRACE__)}]
  catch
    kind, reason -> [{relative(file), Exception.format(kind, reason, __STACKTRACE__)}]
  end

  # The tests to run, and the largest of their limits.
  defp chosen(tests) do
    case variable("SELECT") do
      nil ->
        {tests, nil}

      path ->
        wanted = for line <- path |> File.read!() |> String.split("\n"), [limit, id] <- [String.split(line, " ", parts: 2)], into: %{}, do: {id, seconds(limit)}
        found = Enum.filter(tests, fn {id, _, _} -> Map.has_key?(wanted, id) end)
        {found, found |> Enum.map(fn {id, _, _} -> wanted[id] end) |> Enum.max(fn -> nil end)}
    end
  end

  defp leave(report, cases, problems) do
    Runproof.Report.write(report, cases, problems)
    if problems == [] and Enum.all?(cases, fn one -> elem(one, 3) in ["passed", "skipped"] end), do: 0, else: 1
  end

  defp relative(file), do: Path.relative_to(file, File.cwd!())

  defp seconds(nil), do: nil

  defp seconds(text) do
    case Float.parse(text) do
      {value, _} -> value
      :error -> nil
    end
  end

  defp variable(name) do
    case System.get_env("RUNPROOF_" <> name) do
      "" -> nil
      value -> value
    end
  end
end
