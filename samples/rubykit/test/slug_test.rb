# frozen_string_literal: true

require "test_helper"

describe Rubykit::Slug do
  let(:slug) { Rubykit::Slug.new }

  it "joins words with a dash" do
    _(slug.of("Hello, big World!")).must_equal "hello-big-world"
  end

  it "has a name for nothing" do
    _(slug.of("?!")).must_equal "untitled"
  end

  it "takes another separator" do
    _(Rubykit::Slug.new(separator: "_").of("a b")).must_equal "a_b"
  end

  describe "with a limit" do
    let(:short) { Rubykit::Slug.new(limit: 9) }

    it "keeps whole words" do
      _(short.of("one two three")).must_equal "one-two"
    end

    it "fills up to the limit" do
      _(short.of("abcd efgh")).must_equal "abcd-efgh"
    end

    it "cuts a long word" do
      _(short.of("incomprehensible")).must_equal "incompreh"
    end
  end

  describe "unique" do
    it "leaves a new one as it is" do
      _(slug.unique("A b", [])).must_equal "a-b"
    end

    it "counts from two" do
      _(slug.unique("A b", ["a-b"])).must_equal "a-b-2"
      _(slug.unique("A b", ["a-b", "a-b-2", "a-b-3"])).must_equal "a-b-4"
    end
  end
end
