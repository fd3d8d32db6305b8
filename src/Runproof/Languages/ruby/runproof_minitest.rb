# frozen_string_literal: true

require "minitest"
require "minitest/spec"
require "minitest/mock"

module Runproof
  # Minitest, without its own runner: each test method is run alone, which is what its runner does as well.
  class Adapter
    def project
      @project ||= Project.new("test")
    end

    def prepare(worker)
      @worker = worker
      @known = {}
      @tests = []
      @ids = Ids.new
      # Tests ask Minitest to run when the process ends.
      Minitest.class_variable_set(:@@installed_at_exit, true)
      Minitest.singleton_class.send(:define_method, :autorun) {}
      $LOADED_FEATURES << "minitest/autorun.rb"
      Minitest.seed = 42 if Minitest.respond_to?(:seed=)
      srand(42)
    end

    def record(behaviour)
      Minitest::Assertions.prepend(Recorder.for(behaviour))
    end

    def start; end

    def files(asked)
      project.files(asked)
    end

    def load(file, path)
      require path
      collect(file)
    end

    attr_reader :tests

    def run(tests, _seed)
      tests.each do |test|
        @worker.started(test)
        break if @worker.ended(test, one(test))
      end
    end

    private

    # The methods that a file brought: a class may go on in another one.
    def collect(file)
      Minitest::Runnable.runnables.each do |kind|
        names = kind <= Minitest::Test ? kind.methods_matching(/^test_/) : []
        names.sort.each do |name|
          next if @known[[kind, name]]

          @known[[kind, name]] = true
          @tests << Test.new(id: @ids.of(file, "#{kind}##{name}"), file: file, handle: [kind, name], groups: [file, kind.object_id])
        end
      end
    end

    def one(test)
      kind, name = test.handle
      failures = kind.new(name).run.failures
      problem = failures.find { |failure| !failure.is_a?(Minitest::Skip) } || failures.first
      return Outcome.new(kind: "passed") unless problem
      return Outcome.new(kind: "skipped", message: problem.message) if problem.is_a?(Minitest::Skip)

      error = problem.is_a?(Minitest::UnexpectedError) ? (problem.respond_to?(:error) ? problem.error : problem.exception) : problem
      text = problem.is_a?(Minitest::UnexpectedError) ? "#{error.class}: #{error.message}" : error.message
      Outcome.new(kind: "failed", message: text.lines.first.to_s.chomp, details: "#{text}\n#{(error.backtrace || []).first(30).join("\n")}", error: error)
    rescue SystemExit, SignalException, NoMemoryError, StandardError, ScriptError => error
      Outcome.new(kind: "failed", message: "#{error.class}: #{error.message}", details: @worker.describe(error), error: error)
    end
  end
end
