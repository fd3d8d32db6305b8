--- Roman numerals from 1 to 3999.
local roman = {}

local SYMBOLS = {
  { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" }, { 90, "XC" },
  { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" },
}

local VALUES = { I = 1, V = 5, X = 10, L = 50, C = 100, D = 500, M = 1000 }

function roman.encode(number)
  if number < 1 or number > 3999 or number % 1 ~= 0 then
    error("not between 1 and 3999: " .. tostring(number))
  end
  local parts = {}
  for _, symbol in ipairs(SYMBOLS) do
    local value, letters = symbol[1], symbol[2]
    while number >= value do
      parts[#parts + 1] = letters
      number = number - value
    end
  end
  return table.concat(parts)
end

--- The number, or nil where the text is no numeral in its one right form.
function roman.decode(text)
  local total, previous = 0, 0
  for i = #text, 1, -1 do
    local value = VALUES[text:sub(i, i):upper()]
    if not value then
      return nil
    end
    if value < previous then
      total = total - value
    else
      total = total + value
    end
    previous = math.max(previous, value)
  end
  if total < 1 or total > 3999 or roman.encode(total) ~= text:upper() then
    return nil
  end
  return total
end

return roman
