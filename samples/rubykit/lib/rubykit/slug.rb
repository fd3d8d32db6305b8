# frozen_string_literal: true

module Rubykit
  # Turns titles into parts of addresses.
  class Slug
    def initialize(separator: "-", limit: nil)
      @separator = separator
      @limit = limit
    end

    def of(title)
      words = title.downcase.scan(/[a-z0-9]+/)
      return "untitled" if words.empty?

      @limit ? shortened(words) : words.join(@separator)
    end

    # The first of "slug", "slug-2", "slug-3", ... that is not taken.
    def unique(title, taken)
      slug = of(title)
      return slug unless taken.include?(slug)

      number = 2
      number += 1 while taken.include?("#{slug}#{@separator}#{number}")
      "#{slug}#{@separator}#{number}"
    end

    private

    # Whole words, as many as fit; a first word that is too long is cut.
    def shortened(words)
      slug = words.first[0, @limit]
      words.drop(1).each do |word|
        longer = slug + @separator + word
        break if longer.length > @limit

        slug = longer
      end
      slug
    end
  end
end
