# frozen_string_literal: true

module Rubykit
  # Roman numerals from 1 to 3999.
  module Roman
    VALUES = {
      "M" => 1000, "CM" => 900, "D" => 500, "CD" => 400, "C" => 100, "XC" => 90,
      "L" => 50, "XL" => 40, "X" => 10, "IX" => 9, "V" => 5, "IV" => 4, "I" => 1
    }.freeze

    def self.encode(number)
      raise ArgumentError, "#{number} has no numeral" if number < 1 || number > 3999

      VALUES.reduce(+"") do |text, (numeral, value)|
        count, number = number.divmod(value)
        text << (numeral * count)
      end
    end

    def self.decode(text)
      rest = text.strip.upcase
      total = 0
      VALUES.each do |numeral, value|
        while rest.start_with?(numeral)
          total += value
          rest = rest[numeral.length..]
        end
      end
      raise ArgumentError, "'#{text}' is no numeral" unless rest.empty? && total.positive? && encode(total) == text.strip.upcase

      total
    end
  end
end
