# frozen_string_literal: true

require "test/unit"
require "test/unit/testresult"

module Runproof
  # test-unit, without its own runner: each test is run alone, with the start-up and shut-down of its class around those that belong together.
  class Adapter
    def project
      @project ||= Project.new("test")
    end

    def prepare(worker)
      @worker = worker
      @known = {}
      @sizes = {}
      @tests = []
      @ids = Ids.new
      ::Test::Unit::AutoRunner.need_auto_run = false
      srand(42)
    end

    def record(behaviour)
      ::Test::Unit::Assertions.prepend(Recorder.for(behaviour))
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
      current = nil
      tests.each do |test|
        kind = test.handle.class
        if kind != current
          current.shutdown if current
          current = kind
          kind.startup
        end
        @worker.started(test)
        break if @worker.ended(test, one(test))
      end
    end

    private

    def collect(file)
      ::Test::Unit::TestCase::DESCENDANTS.uniq.each do |kind|
        next if @sizes[kind] == (@sizes[kind] = kind.public_instance_methods(true).grep(/\Atest/).size)

        flat(kind.suite).each do |test|
          name = test.respond_to?(:local_name) ? test.local_name : test.method_name
          next if @known[[kind, name]]

          @known[[kind, name]] = true
          @tests << Runproof::Test.new(id: @ids.of(file, "#{kind}##{name}"), file: file, handle: test, groups: [file, kind.object_id])
        end
      end
    end

    def flat(suite)
      suite.tests.flat_map { |one| one.respond_to?(:tests) ? flat(one) : [one] }.select { |test| test.respond_to?(:method_name) && test.method_name != "default_test" }
    end

    def one(test)
      result = ::Test::Unit::TestResult.new
      faults = []
      result.add_listener(::Test::Unit::TestResult::FAULT) { |fault| faults << fault }
      test.handle.run(result) { |_channel, _value| nil }
      bad = faults.find { |fault| fault.is_a?(::Test::Unit::Failure) || fault.is_a?(::Test::Unit::Error) }
      left_out = faults.find { |fault| fault.is_a?(::Test::Unit::Omission) || fault.is_a?(::Test::Unit::Pending) }
      return Outcome.new(kind: "failed", message: text_of(bad).lines.first(3).map(&:strip).join(" "), details: bad.long_display, error: Fault.new(bad)) if bad
      return Outcome.new(kind: "skipped", message: left_out.message) if left_out

      Outcome.new(kind: "passed")
    rescue SystemExit, SignalException, NoMemoryError, StandardError, ScriptError => error
      Outcome.new(kind: "failed", message: "#{error.class}: #{error.message}", details: @worker.describe(error), error: error)
    end

    def text_of(fault)
      fault.is_a?(::Test::Unit::Error) ? "#{fault.exception.class}: #{fault.exception.message}" : fault.message.to_s
    end

    # A failure as an exception: where it happened and what was said.
    class Fault
      attr_reader :message, :backtrace

      def initialize(fault)
        @fault = fault
        @message = fault.is_a?(::Test::Unit::Error) ? fault.exception.message : fault.message.to_s
        @backtrace = fault.location.map(&:to_s)
      end

      def assertion?
        @fault.is_a?(::Test::Unit::Failure)
      end

      def name
        @fault.is_a?(::Test::Unit::Error) ? @fault.exception.class.to_s : "failure"
      end
    end
  end
end
