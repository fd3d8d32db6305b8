# frozen_string_literal: true

require "coverage"

module Runproof
  # Which lines of the repository each test runs, as JSON lines. Lines outside of methods run once, when the file is loaded: they belong to all, whoever was first. A line without an event
  # of its own (the rest of a longer expression) goes with the one before it.
  class Reach
    def initialize
      Coverage.start(lines: true)
      @shared = Hash.new { |hash, file| hash[file] = {} }
      @places = {}
      @methods = {}
    end

    # What ran since the last call belongs to no test.
    def shared
      each_line { |file, line| @shared[file][line] = true }
    end

    def test(id)
      lines = Hash.new { |hash, file| hash[file] = [] }
      each_line do |file, line|
        lines[file] << line
        @shared[file][line] = true unless in_methods(file)[line]
      end
      yield Runproof.json({ test: id, lines: lines.transform_values { |one| ranges(one) } })
    end

    def rest
      yield Runproof.json({ shared: true, lines: @shared.transform_values { |one| ranges(one.keys.sort) } })
    end

    private

    def each_line
      return unless Coverage.running?

      Coverage.result(stop: false, clear: true).each do |path, found|
        file = place(path)
        next unless file

        ran = false
        (found[:lines] || []).each_with_index do |count, index|
          ran = count.positive? if count
          yield file, index + 1 if ran
        end
      end
    rescue RuntimeError
      nil # a test of coverage itself
    end

    def place(path)
      @places.fetch(path) { @places[path] = path.start_with?("#{ROOT}/") && !path.include?("/vendor/bundle/") ? path[(ROOT.length + 1)..] : nil }
    end

    # Lines that only run when a method is called.
    def in_methods(file)
      @methods[file] ||= begin
        lines = {}
        visit(RubyVM::AbstractSyntaxTree.parse_file(File.join(ROOT, file)), lines)
        lines
      rescue SyntaxError, SystemCallError, ArgumentError
        {}
      end
    end

    def visit(node, lines)
      return unless node.is_a?(RubyVM::AbstractSyntaxTree::Node)

      if %i[DEFN DEFS].include?(node.type)
        first = node.first_lineno == node.last_lineno ? node.first_lineno : node.first_lineno + 1
        (first..node.last_lineno).each { |line| lines[line] = true }
      else
        node.children.each { |child| visit(child, lines) }
      end
    end

    def ranges(lines)
      lines.slice_when { |one, other| other != one + 1 }.map { |run| [run.first, run.last] }
    end
  end
end
