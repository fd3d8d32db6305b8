# frozen_string_literal: true

# What the scripts for Ruby share: the variables, test ids, the lines of events that a process under test sends.
#
# Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of tests to run, in order, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed),
# RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH and RUNPROOF_BEHAVIOUR (JSON lines to write), RUNPROOF_WARM (answer requests).
# They are read once and taken out of the environment, so that the code under test does not see them.
#
# A test's id begins with its file, since two files may describe the same thing: "test/a_test.rb > ClassName#test_name", "spec/a_spec.rb > group > example". Places such as [1:2] or a
# line shift with every edit of the file, and the words of an example alone are not unique; a second one of the same words in its file ends with " (2)".
module Runproof
  ROOT = File.realpath(Dir.pwd).freeze
  SUPPORT = File.realpath(__dir__).freeze
  TIME_LIMIT = "runproof: time limit"
  CLOCK = Process.method(:clock_gettime)
  OPEN = File.method(:open)
  RENAME = File.method(:rename)
  VARIABLES = ENV.to_h.select { |name, _| name.start_with?("RUNPROOF_") }.transform_keys { |name| name.delete_prefix("RUNPROOF_") }.reject { |_, value| value.empty? }
  VARIABLES.each_key { |name| ENV.delete("RUNPROOF_#{name}") }

  ESCAPES = { "\\" => "\\\\", "\t" => "\\t", "\n" => "\\n", "\r" => "\\r" }.freeze
  UNESCAPES = ESCAPES.invert.freeze

  module_function

  def now
    CLOCK.call(Process::CLOCK_MONOTONIC)
  end

  # Text that XML and a line of a selection bear.
  def legal(text)
    text = text.to_s.dup
    text = text.encoding == Encoding::UTF_8 ? text : text.dup.force_encoding(Encoding::UTF_8)
    text.scrub("?").gsub(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/, "?")
  end

  def one_line(text)
    legal(text).gsub(/\s+/, " ").strip
  end

  def relative(file)
    full = File.expand_path(file, ROOT)
    full = File.realpath(full) if File.exist?(full)
    full.start_with?("#{ROOT}/") ? full[(ROOT.length + 1)..] : nil
  end

  # Words of one event as a line.
  def line(words)
    "#{words.map { |word| legal(word).gsub(/[\\\t\n\r]/, ESCAPES) }.join("\t")}\n"
  end

  def words(line)
    line.chomp("\n").split("\t", -1).map { |word| word.gsub(/\\[\\tnr]/, UNESCAPES) }
  end

  # As JSON: strings, numbers, true, nil, arrays and hashes alone. The library of that name may be what the repository is.
  def json(value)
    case value
    when Hash then "{#{value.map { |key, one| "#{json(key.to_s)}:#{json(one)}" }.join(",")}}"
    when Array then "[#{value.map { |one| json(one) }.join(",")}]"
    when String, Symbol then "\"#{legal(value).gsub(/["\\\u0000-\u001f]/) { |one| format("\\u%04x", one.ord) }}\""
    when nil then "null"
    else value.to_s
    end
  end

  # Test id => limit in seconds, from lines of a selection; nil where all tests are to run.
  def selection(lines)
    lines&.map(&:chomp)&.reject(&:empty?)&.to_h { |line| line.split(" ", 2).reverse }&.transform_values(&:to_f)
  end

  # What a run is asked to do.
  Request = Struct.new(:files, :selection, :seed, :fail_fast, :seconds, :reach, :behaviour, keyword_init: true) do
    def limit_of(id)
      (selection && selection[id]) || seconds || 0
    end
  end

  # One test as an adapter found it.
  Test = Struct.new(:id, :file, :handle, :groups, keyword_init: true)

  # Outcome is "passed", "skipped" or "failed".
  Outcome = Struct.new(:kind, :message, :details, :error, keyword_init: true)

  # Makes ids of one file unique, in the order in which the tests were defined.
  class Ids
    def initialize
      @seen = Hash.new(0)
    end

    def of(*parts)
      id = parts.map { |part| Runproof.one_line(part) }.join(" > ")
      count = (@seen[id] += 1)
      count == 1 ? id : "#{id} (#{count})"
    end
  end
end
