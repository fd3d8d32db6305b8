# frozen_string_literal: true

module Rubykit
  # Lengths of time as text: "1h 5m", "90s".
  module Duration
    UNITS = { "d" => 86_400, "h" => 3600, "m" => 60, "s" => 1 }.freeze

    def self.parse(text)
      parts = text.strip.scan(/(\d+)\s*([a-z])/i)
      raise ArgumentError, "'#{text}' is no duration" if parts.empty?

      parts.sum do |number, unit|
        seconds = UNITS.fetch(unit.downcase) { raise ArgumentError, "there is no unit '#{unit}'" }
        number.to_i * seconds
      end
    end

    # @param parts how many units are told at most
    def self.format(seconds, parts: 2)
      return "0s" if seconds.zero?

      sign = seconds.negative? ? "-" : ""
      rest = seconds.abs
      told = UNITS.filter_map do |unit, size|
        count, rest = rest.divmod(size)
        "#{count}#{unit}" if count.positive?
      end
      sign + told.first(parts).join(" ")
    end
  end
end
