# frozen_string_literal: true

module Runproof
  # What became of the tests, and the JUnit XML that says so; the id of each is its property "nodeid".
  class Results
    ORDER = ["passed", "skipped", "errored", "failed", "timed out"].freeze
    ELEMENTS = { "failed" => "failure", "timed out" => "failure", "errored" => "error", "skipped" => "skipped" }.freeze
    MARKS = { "&" => "&amp;", "<" => "&lt;", ">" => "&gt;", "\"" => "&quot;", "\n" => "&#10;", "\r" => "&#13;", "\t" => "&#9;" }.freeze

    attr_reader :tests, :collection
    attr_accessor :complete

    def initialize
      @tests = {}
      @collection = {}
      @lines = Hash.new { |hash, key| hash[key] = [] }
    end

    def add(id, file, kind, seconds, message, details)
      known = @tests[id]
      return if known && ORDER.index(known[:kind]) >= ORDER.index(kind)

      @tests[id] = { file: file, kind: kind, seconds: seconds.to_f, message: message, details: details }
    end

    def add_line(kind, line)
      @lines[kind] << line
    end

    def bad?
      !@collection.empty? || @tests.values.any? { |test| !%w[passed skipped].include?(test[:kind]) }
    end

    def failed?
      @tests.values.any? { |test| test[:kind] == "failed" }
    end

    def write(path)
      lines = ["<?xml version=\"1.0\" encoding=\"utf-8\"?>", "<testsuites><testsuite name=\"ruby\" tests=\"#{@tests.size}\">"]
      @collection.each { |where, message| lines << "<testcase classname=\"\" name=#{quoted(where)}><error message=\"collection failure\">#{marked(message)}</error></testcase>" }
      @tests.each { |id, test| lines << testcase(id, test) }
      lines << "</testsuite></testsuites>"
      put(path, lines.join("\n"))
    end

    def write_lines(kind, path)
      put(path, @lines[kind].map { |line| "#{line}\n" }.join)
    end

    private

    def put(path, text)
      OPEN.call("#{path}.partial", "w:UTF-8") { |file| file.write(text) }
      RENAME.call("#{path}.partial", path)
    end

    def testcase(id, test)
      group, _, name = id.rpartition(/ > |#/)
      head = "<testcase classname=#{quoted(group)} name=#{quoted(name)} file=#{quoted(test[:file])} time=\"#{format("%.6f", test[:seconds])}\"><properties><property name=\"nodeid\" value=#{quoted(id)}/></properties>"
      element = ELEMENTS[test[:kind]]
      return "#{head}</testcase>" unless element

      kind = test[:message].to_s[/\A[\w:]+(?=: )/] || element
      "#{head}<#{element} type=#{quoted(kind)} message=#{quoted(test[:message])}>#{marked(test[:details])}</#{element}></testcase>"
    end

    def quoted(text)
      "\"#{marked(text)}\""
    end

    def marked(text)
      Runproof.legal(text).gsub(/[&<>"\n\r\t]/, MARKS)
    end
  end
end
