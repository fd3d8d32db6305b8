# frozen_string_literal: true

module Runproof
  # The process that loads the repository: tells by events what it does, and ends without running what the code left for the end.
  class Worker
    def initialize(adapter, request, channel, skipped, bad_files)
      @adapter, @request, @channel, @skipped, @bad_files = adapter, request, channel, skipped, bad_files
      @process = Process.pid
    end

    def run
      Gems.stand_in
      @reach = Reach.new if @request.reach
      @behaviour = Behaviour.new if @request.behaviour
      @adapter.prepare(self)
      @adapter.record(@behaviour) if @behaviour
      project = @adapter.project
      project.open { |name| loading(name) { require name } }
      @adapter.start { |name| loading(name) { require name } }
      files = @adapter.files(@request.files)
      files.each { |file| loading(file) { @adapter.load(file, File.join(ROOT, file)) } unless @bad_files.include?(file) }
      @reach&.shared
      tests = chosen(@adapter.tests)
      @adapter.run(tests, @request.seed)
      @reach&.shared
      @reach&.rest { |line| emit("reach", line) }
      emit("done")
    rescue SystemExit, SignalException, NoMemoryError, StandardError, ScriptError => error
      if @test
        # It ended the framework's run as well: what comes behind it runs in another process.
        stop = ended(@test, Outcome.new(kind: "failed", message: "#{error.class}: #{error.message}", details: describe(error), error: error))
        emit(stop ? "done" : "again")
      else
        emit("collect", "tests", describe(error))
        emit("done")
      end
    ensure
      Process.exit!(0)
    end

    def started(test)
      @test = test
      emit("start", test.id, test.file)
      @begun = Runproof.now
      @reach&.shared
      @behaviour&.begin
    end

    # True where no further test is to run.
    def ended(test, outcome)
      Process.exit!(70) unless Process.pid == @process
      @test = nil
      seconds = Runproof.now - (@begun || Runproof.now)
      @reach&.test(test.id) { |line| emit("reach", line) }
      told = @behaviour && outcome.kind == "failed" ? @behaviour.of(test, outcome) : nil
      emit("behaviour", told) if told
      emit("end", test.id, test.file, outcome.kind, format("%.6f", seconds), outcome.message.to_s[0, 2000], outcome.details.to_s[0, 20_000])
      @request.fail_fast && outcome.kind == "failed"
    end

    def describe(error)
      "#{error.class}: #{error.message.to_s[0, 4000]}\n#{(error.backtrace || []).first(20).join("\n")}"
    rescue StandardError
      error.class.to_s
    end

    private

    def emit(*words)
      Process.exit!(70) unless Process.pid == @process
      @channel.write(Runproof.line(words))
      @channel.flush
    end

    def loading(file)
      emit("load", file)
      yield
      emit("loaded", file)
    rescue SystemExit, SignalException, NoMemoryError, StandardError, ScriptError => error
      emit("collect", file, error.is_a?(SystemExit) ? "the process was ended while '#{file}' was loaded" : describe(error))
    end

    def chosen(tests)
      if @request.selection
        places = @request.selection.keys.each_with_index.to_h
        tests = tests.select { |test| places.key?(test.id) }.sort_by { |test| places[test.id] }
      end
      tests = shuffled(tests, Random.new(@request.seed)) if @request.seed
      tests.reject { |test| @skipped.include?(test.id) }
    end

    # Files, then the groups within each, then tests: what belongs together stays together.
    def shuffled(tests, random)
      tests.group_by { |test| test.groups }.values.shuffle(random: random).flat_map { |group| group.shuffle(random: random) }
    end
  end
end
