# frozen_string_literal: true

module Runproof
  # What a failing test called, got and expected, from its error, the values that its assertion saw and the text of its file: for the problem statement.
  class Behaviour
    LONGEST = 600
    LONGEST_MAKER = 7
    ASSIGNMENTS = %i[IASGN LASGN DASGN DASGN_CURR].freeze
    SUBJECT_LAST = %i[assert_equal assert_not_equal refute_equal assert_same refute_same assert_match refute_match assert_instance_of assert_kind_of assert_in_delta assert_in_epsilon].freeze
    RAISING = %i[assert_raises assert_raise assert_raise_with_message].freeze

    def initialize
      @texts = {}
    end

    def begin
      @seen = nil
      @inside = false
    end

    # Around an assertion: what it is given. Assertions that it makes in turn say nothing more.
    def saw(name, values)
      return yield if @inside

      begin
        @inside = true
        @seen = [name, values]
        yield
      ensure
        @inside = false
      end
    end

    # A JSON line; nil where nothing can be said. Never in the way of the test's own end.
    def of(test, outcome)
      error = outcome.error
      return nil unless error

      file, line = place(test, error)
      statement = file && statement_at(file, line)
      record = { test: test.id, message: Runproof.legal(outcome.message.to_s)[0, LONGEST] }
      record.merge!(told(error, statement))
      record[:setup] = set_up(file, statement, record[:call]) if statement && record[:call]
      Runproof.json(record)
    rescue StandardError, ScriptError
      nil
    end

    private

    def assertion?(error)
      error.respond_to?(:assertion?) ? error.assertion? : error.class.ancestors.any? { |kind| %w[Minitest::Assertion RSpec::Expectations::ExpectationNotMetError Test::Unit::AssertionFailedError].include?(kind.to_s) }
    end

    def told(error, statement)
      name, subject, expected = statement ? statement.values_at(:name, :subject, :expected) : []
      subject = nil if subject && subject.length > LONGEST
      unless assertion?(error)
        kind = error.respond_to?(:name) && error.is_a?(Adapter.const_defined?(:Fault) ? Adapter::Fault : NilClass) ? error.name : error.class.to_s
        return { kind: "raises", call: subject || statement&.fetch(:text), actual: "#{kind}: #{Runproof.legal(error.message).lines.first.to_s.chomp}"[0, LONGEST] }
      end
      return { kind: "not-raised", call: subject, expected: expected ? "an error (#{expected})" : "an error" } if error.message =~ /nothing was raised|expected but was\s*<?nothing|but nothing was raised|None expected|was thrown/i && (RAISING.include?(name) || name == :raise_error)

      actual, wanted = values(name, error)
      return { kind: "value", call: subject, actual: actual, expected: wanted } if actual && wanted && subject

      { kind: "other", call: subject || statement&.fetch(:text) }
    end

    # What came out and what was expected, as text.
    def values(name, error)
      seen, args = @seen
      if seen == :matcher
        matcher = args
        return [nil, nil] unless matcher.respond_to?(:actual) && matcher.respond_to?(:expected)

        kind = matcher.class.to_s[/\w+\z/]
        return [shown(matcher.actual), shown(matcher.expected)] if %w[Eq Eql Equal BeWithin].include?(kind) || (kind == "ContainExactly" && matcher.actual.is_a?(Array))

        return [shown(matcher.actual), "a value that fits: #{matcher.description}"[0, LONGEST]]
      end
      return verdict(name, error) unless seen == name && args

      case name
      when :assert_equal, :must_equal, :assert_same then [shown(args[1]), shown(args[0])]
      when :assert_match then [shown(args[1]), "a text that matches #{shown(args[0])}"]
      when :assert_includes then [shown(args[0]), "something that includes #{shown(args[1])}"]
      when :assert_nil then [shown(args[0]), "nil"]
      when :assert_empty then [shown(args[0]), "something empty"]
      when :assert_instance_of, :assert_kind_of then ["a value of #{args[1].class}", "a value of #{args[0]}"]
      when :assert then [shown(args[0]), "true"]
      when :refute, :assert_not then [shown(args[0]), "false"]
      else [nil, nil]
      end
    end

    def verdict(name, error)
      case name
      when :assert, :assert_true then error.message =~ /Expected (\S+) to be truthy/ ? [Regexp.last_match(1), "true"] : [nil, nil]
      when :assert_predicate then ["false", "true"]
      when :refute_predicate then ["true", "false"]
      else [nil, nil]
      end
    end

    def shown(value)
      text = Runproof.legal(value.inspect)
      text.length > LONGEST ? "#{text[0, LONGEST]}..." : text
    end

    # The place in the test's own file, or in another file of the repository's tests, that an error came from.
    def place(test, error)
      own = File.join(ROOT, test.file)
      frame = (error.backtrace || []).map(&:to_s).find { |one| one.start_with?("#{own}:") || one.start_with?("#{test.file}:") }
      frame && [own, frame[/:(\d+)/, 1].to_i]
    end

    def lines_of(file)
      @texts[file] ||= Runproof.legal(File.binread(file)).lines
    end

    # The assertion around a line: the widest expression that is one; else the narrowest that has the line.
    def statement_at(file, line)
      @trees ||= {}
      tree = @trees[file] ||= RubyVM::AbstractSyntaxTree.parse(lines_of(file).join)
      around = []
      walk(tree) { |node| around << node if node.first_lineno <= line && node.last_lineno >= line && %i[FCALL CALL OPCALL ITER VCALL QCALL LASGN IASGN].include?(node.type) }
      around.reject! { |node| node.type == :ITER && example?(node) }
      found = around.find { |node| assertion_name(node) } || around.reject { |node| node.last_lineno - node.first_lineno > 8 }.find { |node| node.first_lineno == line } || around.last
      return nil unless found

      describe(file, found)
    end

    def walk(node, &block)
      return unless node.is_a?(RubyVM::AbstractSyntaxTree::Node)

      yield node
      node.children.each { |child| walk(child, &block) }
    end

    def example?(node)
      name_of(node.children[0]).to_s =~ /\A(?:it|specify|example|describe|context|test|should|before|after|let!?|subject|setup|teardown|each|times|shared_examples|it_behaves_like)\z/
    end

    def name_of(node)
      return nil unless node.is_a?(RubyVM::AbstractSyntaxTree::Node)

      case node.type
      when :FCALL, :VCALL then node.children[0]
      when :CALL, :OPCALL, :QCALL then node.children[1]
      when :ITER then name_of(node.children[0])
      end
    end

    def assertion_name(node)
      name = name_of(node)
      name if name && name.to_s =~ /\A(?:assert|refute|must_|wont_|to\z|not_to\z|to_not\z|should)/
    end

    def describe(file, node)
      call = node.type == :ITER ? node.children[0] : node
      name = assertion_name(node)
      result = { name: name, text: text(file, node), node: node, first: node.first_lineno }
      return result unless name

      if RAISING.include?(name)
        args = arguments(call)
        return result.merge(subject: node.type == :ITER ? body(file, node) : nil, expected: args[0] && text(file, args[0]))
      end
      return expectation(file, node, call, result) if %i[to not_to to_not].include?(name) || name.to_s.start_with?("must_", "wont_", "should")

      args = arguments(call)
      subject = SUBJECT_LAST.include?(name) ? args[1] : args[0]
      text = subject && text(file, subject)
      text = "#{text}.#{args[1].children[0].to_s}" if %i[assert_predicate refute_predicate].include?(name) && args[1]&.type == :LIT
      result.merge(subject: text)
    end

    def expectation(file, node, call, result)
      receiver = call.children[0]
      matcher = arguments(call)[0]
      result[:name] = result[:name].to_s.start_with?("must_") ? result[:name].to_s.sub(/\Amust_/, "assert_").sub("assert_be_nil", "assert_nil").to_sym : name_of(matcher) || result[:name]
      result[:expected] = matcher && arguments(matcher)[0] ? text(file, arguments(matcher)[0]) : nil
      subject = if receiver.type == :ITER then body(file, receiver)
                elsif %i[expect _ value].include?(name_of(receiver)) && arguments(receiver)[0] then text(file, arguments(receiver)[0])
                elsif name_of(receiver) == :is_expected then subject_above(file, node.first_lineno)
                else text(file, receiver)
                end
      result.merge(subject: subject)
    end

    # The body of "subject { ... }" that is nearest above.
    def subject_above(file, line)
      lines_of(file)[0, line].reverse.each { |one| return Regexp.last_match(1) if one =~ /^\s*subject(?:\(:\w+\))?\s*\{\s*(.+?)\s*\}\s*$/ }
      nil
    end

    def arguments(node)
      list = node.is_a?(RubyVM::AbstractSyntaxTree::Node) ? node.children.last : nil
      list.is_a?(RubyVM::AbstractSyntaxTree::Node) && %i[LIST ARRAY].include?(list.type) ? list.children.compact : []
    end

    def body(file, iteration)
      scope = iteration.children[1]
      inner = scope.is_a?(RubyVM::AbstractSyntaxTree::Node) ? scope.children.last : nil
      inner && text(file, inner)
    end

    def text(file, node)
      lines = lines_of(file)[node.first_lineno - 1..node.last_lineno - 1].map(&:b)
      lines[-1] = lines[-1][0, node.last_column]
      lines[0] = lines[0][node.first_column..]
      lines.map { |one| one.force_encoding(Encoding::UTF_8).strip }.reject { |one| one.start_with?("#") }.join(" ").gsub(/([({\[|.]) /, "\\1").gsub(/ ([)}\]])/, "\\1")
    end

    # What makes the names that a call uses: assignments above it in its test, and in what the groups around it set up. In the order of the file.
    def set_up(file, statement, call)
      wanted = names_in(call)
      found = {}
      makers = makers(file, statement)
      until wanted.empty?
        name = wanted.shift
        next if found.key?(name)

        maker = makers.select { |one| one[:name] == name }.max_by { |one| one[:line] }
        found[name] = maker
        wanted.concat(names_in(maker[:text])) if maker
      end
      found.values.compact.uniq.sort_by { |one| one[:line] }.flat_map { |one| one[:lines] }.first(12)
    end

    def names_in(text)
      text.scan(/@?[a-z_]\w*/).uniq
    end

    def makers(file, statement)
      line = statement[:first]
      groups, examples, found = [], [], []
      walk(@trees[file]) do |node|
        range = (node.first_lineno..node.last_lineno)
        title = name_of(node).to_s
        if node.type == :CLASS || (node.type == :ITER && title =~ /\A(?:describe|context|feature|suite|shared_examples|shared_context)/) then groups << range
        elsif (node.type == :DEFN && node.children[0].to_s.start_with?("test")) || (node.type == :ITER && title =~ /\A(?:it|specify|example|test|should)\z/) then examples << range
        elsif ASSIGNMENTS.include?(node.type) then found << [node, node.children[0].to_s, range]
        elsif node.type == :ITER && title =~ /\A(?:let!?|subject)\z/ && (named = arguments(node.children[0])[0]) && named.type == :LIT then found << [node, named.children[0].to_s, range]
        end
      end
      around = (groups + examples)
      found.filter_map do |node, name, range|
        next if range.last >= line || range.size > LONGEST_MAKER || around.any? { |one| one.cover?(range.first) && !one.cover?(line) }
        next if node.type != :IASGN && node.type != :ITER && examples.none? { |one| one.cover?(range.first) }

        { name: name, line: range.first, text: text(file, node), lines: made(file, node, name) }
      end
    end

    def made(file, node, name)
      return ["#{name} = #{body(file, node)}"] if node.type == :ITER
      return [text(file, node)] if node.first_lineno == node.last_lineno

      lines = lines_of(file)[node.first_lineno - 1..node.last_lineno - 1].map(&:rstrip)
      indent = lines.reject(&:empty?).map { |one| one[/\A */].length }.min || 0
      lines.map { |one| one[indent..].to_s }
    end
  end

  # Tells what assertions are given.
  module Recorder
    NAMES = %i[assert assert_equal assert_same assert_match assert_includes assert_nil assert_empty assert_instance_of assert_kind_of refute assert_not].freeze

    def self.for(behaviour)
      Module.new do
        NAMES.each do |name|
          define_method(name) do |*values, &block|
            behaviour.saw(name, values) { super(*values, &block) }
          end
        end

        define_method(:handle_failure) do |matcher, *rest, &block|
          behaviour.saw(:matcher, matcher) { super(matcher, *rest, &block) }
        end
      end
    end
  end
end
