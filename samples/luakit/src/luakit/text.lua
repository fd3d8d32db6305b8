--- Small helpers for text.
local text = {}

function text.trim(value)
  return (value:gsub("^%s+", ""):gsub("%s+$", ""))
end

--- Parts between separators; `limit` is the most parts there may be.
function text.split(value, separator, limit)
  local parts, from = {}, 1
  while not limit or #parts < limit - 1 do
    local first, last = value:find(separator, from, true)
    if not first then
      break
    end
    parts[#parts + 1] = value:sub(from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = value:sub(from)
  return parts
end

--- Lines of at most `width` characters, broken between words.
function text.wrap(value, width)
  local lines, line = {}, ""
  for word in value:gmatch("%S+") do
    if line == "" then
      line = word
    elseif #line + 1 + #word <= width then
      line = line .. " " .. word
    else
      lines[#lines + 1] = line
      line = word
    end
  end
  if line ~= "" then
    lines[#lines + 1] = line
  end
  return lines
end

function text.pad(value, width, side, filler)
  filler = filler or " "
  local missing = width - #value
  if missing <= 0 then
    return value
  end
  if side == "left" then
    return filler:rep(missing) .. value
  elseif side == "both" then
    local before = missing // 2
    return filler:rep(before) .. value .. filler:rep(missing - before)
  end
  return value .. filler:rep(missing)
end

--- The number of characters at the beginning that two texts share.
function text.common_prefix(a, b)
  local length = math.min(#a, #b)
  for i = 1, length do
    if a:byte(i) ~= b:byte(i) then
      return i - 1
    end
  end
  return length
end

--- Replaces `{name}` by values of a table; what it does not have stays.
function text.fill(template, values)
  return (template:gsub("{([%w_]+)}", function(name)
    local value = values[name]
    if value == nil then
      return "{" .. name .. "}"
    end
    return tostring(value)
  end))
end

return text
