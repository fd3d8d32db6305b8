# frozen_string_literal: true

module Rubykit
  # A closed interval of numbers.
  class Interval
    include Comparable

    attr_reader :first, :last

    def initialize(first, last)
      raise ArgumentError, "#{first} lies behind #{last}" if first > last

      @first = first
      @last = last
    end

    def length
      last - first
    end

    def cover?(number)
      first <= number && number <= last
    end

    def overlap?(other)
      first <= other.last && other.first <= last
    end

    def intersection(other)
      return nil unless overlap?(other)

      Interval.new([first, other.first].max, [last, other.last].min)
    end

    def <=>(other)
      return nil unless other.is_a?(Interval)

      [first, last] <=> [other.first, other.last]
    end

    # Intervals that touch or overlap become one.
    def self.merge(intervals)
      intervals.sort.each_with_object([]) do |interval, merged|
        if merged.any? && merged.last.overlap?(interval)
          previous = merged.pop
          merged << new(previous.first, [previous.last, interval.last].max)
        else
          merged << interval
        end
      end
    end
  end
end
