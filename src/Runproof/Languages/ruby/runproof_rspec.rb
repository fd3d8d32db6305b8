# frozen_string_literal: true

require "rspec/core"
require "rspec/expectations"
require "rspec/mocks"

module Runproof
  # RSpec: its groups run as they always do, with hooks around them; which examples they hold and in which order is said here.
  class Adapter
    def project
      @project ||= Project.new("spec")
    end

    def prepare(worker)
      @worker = worker
      @ids = Ids.new
      @tests = []
      @by_example = {}
      @seen_groups = 0
      RSpec::Core::Runner.disable_autorun!
      $LOADED_FEATURES << "rspec/autorun.rb"
      @options = RSpec::Core::ConfigurationOptions.new([]).options
      @configuration = RSpec.configuration
      @configuration.output_stream = File.open(File::NULL, "w")
      @configuration.deprecation_stream = File.open(File::NULL, "w")
      (@options[:libs] || []).each { |folder| $LOAD_PATH.unshift(File.expand_path(folder)) }
      @configuration.default_path = @options[:default_path] if @options[:default_path]
      @configuration.pattern = @options[:pattern] if @options[:pattern]
      @configuration.exclude_pattern = @options[:exclude_pattern] if @options[:exclude_pattern]
      (@options[:inclusion_filter] || {}).each { |name, value| @configuration.filter_run_including(name => value) }
      (@options[:exclusion_filter] || {}).each { |name, value| @configuration.filter_run_excluding(name => value) }
    end

    def record(behaviour)
      RSpec::Expectations::ExpectationHelper.singleton_class.prepend(Recorder.for(behaviour))
    end

    # What .rspec asks for, each by itself: one that cannot be loaded is told.
    def start(&block)
      (@options[:requires] || []).each(&block)
    end

    def files(asked)
      return project.files(asked) unless asked.empty?

      @configuration.files_or_directories_to_run = []
      @configuration.files_or_directories_to_run = [@configuration.default_path]
      @configuration.files_to_run.map { |file| Runproof.relative(file) }.compact.sort
    end

    def load(file, path)
      Kernel.load(path)
    ensure
      groups = RSpec.world.example_groups
      groups.drop(@seen_groups).each { |group| collect(group, file) }
      @seen_groups = groups.size
    end

    attr_reader :tests

    def run(tests, seed)
      @configuration.force(order: "defined")
      srand(seed || 42)
      wanted = tests.group_by { |test| test.handle.example_group }
      by_place = tests.each_with_index.to_h { |test, place| [test.handle, place] }
      top = tests.map { |test| test.handle.example_group.parent_groups.last }.uniq
      top.flat_map(&:descendants).each { |group| RSpec.world.filtered_examples[group] = (wanted[group] || []).map(&:handle) }
      order(top, by_place)
      reporter = RSpec::Core::Reporter.new(@configuration)
      reporter.register_listener(self, :example_started, :example_passed, :example_failed, :example_pending)
      @configuration.with_suite_hooks { top.each { |group| group.run(reporter) } } unless top.empty?
    end

    def example_started(notification)
      test = @by_example[notification.example]
      @worker.started(test) if test
    end

    def example_passed(notification)
      finish(notification.example, Outcome.new(kind: "passed"))
    end

    def example_pending(notification)
      finish(notification.example, Outcome.new(kind: "skipped", message: notification.example.execution_result.pending_message.to_s))
    end

    def example_failed(notification)
      error = notification.example.execution_result.exception
      errors = error.respond_to?(:all_exceptions) ? error.all_exceptions : [error]
      text = errors.first.is_a?(RSpec::Expectations::ExpectationNotMetError) ? errors.first.message : "#{errors.first.class}: #{errors.first.message}"
      text = Runproof.legal(text).strip
      finish(notification.example, Outcome.new(kind: "failed", message: text.lines.map(&:strip).reject(&:empty?).first(3).join(" "), details: "#{text}\n#{(errors.first.backtrace || []).first(30).join("\n")}", error: errors.first))
    end

    private

    def finish(example, outcome)
      test = @by_example[example]
      return unless test

      RSpec.world.wants_to_quit = true if @worker.ended(test, outcome)
    end

    # In the order of definition; a group's own examples come before those of groups in it.
    def collect(group, file)
      return if group.metadata[:skip] == :never

      RSpec.world.filtered_examples[group].each do |example|
        titles = example.example_group.parent_groups.reverse.map { |one| one.metadata[:description] }
        test = Test.new(id: @ids.of(file, *titles, example.metadata[:description].to_s.empty? ? "example" : example.metadata[:description]), file: file, handle: example, groups: [file, group.object_id])
        @tests << test
        @by_example[example] = test
      end
      group.children.each { |child| collect(child, file) }
    end

    def order(top, places)
      strategy = Class.new do
        define_method(:order) do |items|
          items.sort_by.with_index do |item, index|
            held = item.respond_to?(:descendants) ? item.descendants.flat_map { |group| RSpec.world.filtered_examples[group] } : [item]
            [held.map { |example| places[example] }.compact.min || Float::INFINITY, index]
          end
        end
      end
      top.flat_map(&:descendants).each { |group| group.metadata[:order] = :runproof }
      @configuration.register_ordering(:runproof, strategy.new)
    end
  end
end
