# frozen_string_literal: true

module Rubykit
  # Keeps the entries that were used last.
  class LruCache
    attr_reader :hits, :misses

    def initialize(capacity)
      raise ArgumentError, "a cache holds at least one entry" if capacity < 1

      @capacity = capacity
      @entries = {}
      @hits = 0
      @misses = 0
    end

    # The value of a key; made by the block, and kept, where it is not there.
    def fetch(key)
      if @entries.key?(key)
        @hits += 1
        return touch(key)
      end
      @misses += 1
      return nil unless block_given?

      store(key, yield(key))
    end

    def store(key, value)
      @entries.delete(key)
      @entries[key] = value
      @entries.shift if @entries.size > @capacity
      value
    end

    def size
      @entries.size
    end

    def keys
      @entries.keys
    end

    def clear
      @entries.clear
      @hits = 0
      @misses = 0
    end

    private

    def touch(key)
      @entries[key] = @entries.delete(key)
    end
  end
end
