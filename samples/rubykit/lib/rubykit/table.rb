# frozen_string_literal: true

module Rubykit
  # Rows of text in columns of even width.
  class Table
    def initialize(*heads)
      @heads = heads
      @rows = []
      @right = []
    end

    def right(column)
      @right << @heads.index(column)
      self
    end

    def add(*cells)
      raise ArgumentError, "#{cells.size} cells for #{@heads.size} columns" if cells.size != @heads.size

      @rows << cells.map(&:to_s)
      self
    end

    def sort_by_column(column, descending: false)
      place = @heads.index(column) or raise KeyError, "there is no column '#{column}'"
      @rows = @rows.sort_by { |row| row[place] }
      @rows.reverse! if descending
      self
    end

    def to_s
      widths = @heads.each_index.map { |place| [@heads, *@rows].map { |row| row[place].length }.max }
      lines = [line(@heads, widths), widths.map { |width| "-" * width }.join("  ")]
      (lines + @rows.map { |row| line(row, widths) }).join("\n")
    end

    private

    def line(cells, widths)
      cells.each_with_index.map { |cell, place| @right.include?(place) ? cell.rjust(widths[place]) : cell.ljust(widths[place]) }.join("  ").rstrip
    end
  end
end
