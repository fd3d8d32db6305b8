--- Reads and writes comma-separated values (RFC 4180).
local csv = {}

local function unquote(field)
  return (field:gsub('""', '"'))
end

--- Splits one line into fields; nil and a message where a quote is not closed.
function csv.parse_line(line, separator)
  separator = separator or ","
  local fields, at = {}, 1
  while true do
    if line:sub(at, at) == '"' then
      local stop = at
      repeat
        stop = line:find('"', stop + 1, true)
        if not stop then
          return nil, "quote is not closed"
        end
        local doubled = line:sub(stop + 1, stop + 1) == '"'
        if doubled then
          stop = stop + 1
        end
      until not doubled
      fields[#fields + 1] = unquote(line:sub(at + 1, stop - 1))
      at = stop + 1
    else
      local stop = line:find(separator, at, true) or #line + 1
      fields[#fields + 1] = line:sub(at, stop - 1)
      at = stop
    end
    if at > #line then
      return fields
    end
    at = at + #separator
  end
end

--- One line of text from a list of values; nil is an empty field.
function csv.format_line(values, separator)
  separator = separator or ","
  local fields = {}
  for i = 1, values.n or #values do
    local value = values[i]
    local text = value == nil and "" or tostring(value)
    if text:find('["\n]') or text:find(separator, 1, true) then
      text = '"' .. text:gsub('"', '""') .. '"'
    end
    fields[i] = text
  end
  return table.concat(fields, separator)
end

--- Records of a text whose first line names the columns. Empty lines are passed over.
function csv.records(text)
  local names, records = nil, {}
  for line in text:gmatch("[^\r\n]+") do
    local fields, problem = csv.parse_line(line)
    if not fields then
      return nil, problem
    end
    if not names then
      names = fields
    else
      local record = {}
      for i, name in ipairs(names) do
        record[name] = fields[i] or ""
      end
      table.insert(records, record)
    end
  end
  return records
end

return csv
