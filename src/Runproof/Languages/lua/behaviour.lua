-- What a failing test called, got and expected: from the message of the assertion and the source of the test, never from the code under test. Says it as a JSON line.
local common = ...
local behaviour = {}
local open = io.open

local MOST_LINES = 12 -- of one statement
local sources = {}

local function lines_of(file)
  if sources[file] then return sources[file] end
  local lines, handle = {}, open(common.root .. "/" .. file)
  if handle then
    for line in handle:lines() do lines[#lines + 1] = line end
    handle:close()
  end
  sources[file] = lines
  return lines
end

-- Walks over source text; calls visit(position, character, depth) outside of strings and comments. Returns the depth at the end.
local function walk(text, visit)
  local depth, at = 0, 1
  while at <= #text do
    local one = text:sub(at, at)
    if one == '"' or one == "'" then
      local stop = at + 1
      while stop <= #text and text:sub(stop, stop) ~= one do
        if text:sub(stop, stop) == "\\" then stop = stop + 1 end
        stop = stop + 1
      end
      at = stop
    elseif text:find("^%-%-", at) then
      at = (text:find("\n", at, true) or #text + 1) - 1
    elseif text:find("^%[=*%[", at) then
      local level = text:match("^%[(=*)%[", at)
      local _, stop = text:find("]" .. level .. "]", at, true)
      if not stop then return 1000 end
      at = stop
    elseif one:find("[%(%[{]") then
      depth = depth + 1
      if visit(at, one, depth) then return depth end
    elseif one:find("[%)%]}]") then
      depth = depth - 1
      if visit(at, one, depth) then return depth end
    elseif one:find("%a") and (at == 1 or not text:sub(at - 1, at - 1):find("[%w_]")) then
      local word = text:match("^[%a_][%w_]*", at)
      -- Blocks: each of these needs an end ("do" of a loop stands for the loop).
      if word == "function" or word == "do" or word == "then" or word == "repeat" then depth = depth + 1
      elseif word == "end" or word == "until" or word == "elseif" then depth = depth - 1 end
      if visit(at, word, depth) then return depth end
      at = at + #word - 1
    elseif visit(at, one, depth) then
      return depth
    end
    at = at + 1
  end
  return depth
end

local function nothing() end

-- The statement that begins at a line, as far as brackets and blocks tell; nil where it is too long.
local function statement(lines, first)
  local text = lines[first]
  if not text then return nil end
  for last = first, math.min(first + MOST_LINES, #lines) do
    if last > first then text = text .. "\n" .. lines[last] end
    local depth = walk(text, nothing)
    if depth == 0 and not text:find("[=,%.]%s*$") then return (text:gsub("^%s+", ""):gsub("%s+$", "")), last end
    if depth < 0 then return nil end
  end
end

local function one_line(text) return (text:gsub("%s*\n%s*", " "):gsub("^%s+", ""):gsub("%s+$", "")) end

-- The arguments of the call whose bracket opens at a position.
local function arguments(text, from)
  local parts, begin = {}, from + 1
  local inner = text:sub(from)
  walk(inner, function(at, what, depth)
    local place = from + at - 1
    if what == "," and depth == 1 then
      parts[#parts + 1] = one_line(text:sub(begin, place - 1))
      begin = place + 1
    elseif depth == 0 and what == ")" then
      parts[#parts + 1] = one_line(text:sub(begin, place - 1))
      return true
    end
  end)
  return parts
end

local function is_call(text) return text and text:find("[%w_%]%)]%s*[%(\"'{]") and not text:find("^function") end

-- Both sides of a comparison at the top of an expression.
local function sides(text)
  local place, width
  walk(text, function(at, what, depth)
    if depth == 0 and (text:find("^==", at)) then place, width = at, 2 return true end
    if depth == 0 and (what == "and" or what == "or") then return true end
  end)
  if place then return one_line(text:sub(1, place - 1)), one_line(text:sub(place + width)) end
end

-- What is done inside of "function() ... end".
local function body_of(text)
  return text:match("^function%s*%(%s*%)%s*(.-)%s*;?%s*end$")
end

-- Lines above that make what a call is given: of each name the nearest line that gives it a value, and those that change it.
local function set_up(lines, first, call)
  local found, used = {}, {}
  local function use(text)
    for name in text:gmatch("[%a_][%w_]*") do used[name] = true end
  end
  use(call)
  local indent = #(lines[first]:match("^%s*"))
  for at = first - 1, math.max(1, first - 40), -1 do
    local line = lines[at]
    local depth = #(line:match("^%s*"))
    if line:find("%S") and depth < indent and not line:find("^%s*end") and not line:find("^%s*[%)}]") then break end
    local names = depth == indent and (line:match("^%s*local%s+([%w_, ]+)%s*=") or line:match("^%s*([%a_][%w_]*)[%.:%[][^=]*[%(=]") or line:match("^%s*([%a_][%w_]*)%s*="))
    if names and not line:find("^%s*assert") and not line:find("^%s*lu%.") then
      local whole = statement(lines, at)
      local wanted = false
      for name in names:gmatch("[%a_][%w_]*") do wanted = wanted or used[name] end
      if wanted and whole and #whole < 200 then
        table.insert(found, 1, one_line(whole))
        local value = whole:match("^local%s+[%w_, ]+%s*=%s*(.*)$")
        if value then
          for name in names:gmatch("[%a_][%w_]*") do used[name] = nil end
        end
        use(value or whole)
        if #found == 6 then break end
      end
    end
  end
  return found
end

-- A value as luassert prints it, without its type: "(number) 3".
local function plain(value)
  value = one_line(value):gsub("^%((nil)%)$", "%1"):gsub("^%(%a+[^)]*%) ", ""):gsub("%(%a+: 0x%x+%)", ""):gsub("%(%a+%) ", ""):gsub("%*(%[)", "%1")
  if value:find("^table: 0x") or value == "" then return nil end
  return value
end

local function got_and_expected(message)
  local got, wanted = message:match("Passed in:\n(.-)\nExpected:\n(.*)$")
  if not got then got, wanted = message:match("Caught:\n(.-)\nExpected:\n(.*)$") end
  if got then return plain(got), plain(wanted) end
  wanted, got = message:match("expected: (.-),? actual: ([^\n]*)")
  if not wanted then wanted, got = message:match("expected: (.-)\nactual: ([^\n]*)") end
  if wanted then return one_line(got), one_line(wanted) end
  wanted, got = message:match("^expected '(.-)',? [bg][uo]t '(.*)'$")
  if wanted then return got, wanted end
  got = message:match("but value was:\n(.*)$")
  if got then return plain(got), nil end
end

local function json(record)
  local parts = {}
  for _, name in ipairs({ "test", "kind", "call", "actual", "expected", "message" }) do
    if record[name] then parts[#parts + 1] = common.json(name) .. ":" .. common.json(record[name]) end
  end
  local lines = {}
  for _, line in ipairs(record.setup or {}) do lines[#lines + 1] = common.json(line) end
  parts[#parts + 1] = '"setup":[' .. table.concat(lines, ",") .. "]"
  return "{" .. table.concat(parts, ",") .. "}\n"
end

local TRUTH = { is_true = "true", istrue = "true", truthy = "a true value", is_truthy = "a true value", is_false = "false", isfalse = "false", falsy = "a false value", is_falsy = "a false value", is_nil = "nil",
  isnil = "nil", asserttrue = "true", assertfalse = "false", assertnil = "nil", assertistrue = "true", assertisfalse = "false", assertisnil = "nil", assertevaltotrue = "a true value", assertevaltofalse = "a false value" }

-- What the statement of the test says: the call, what it should give (as source), whether an error is expected.
local function check_of(text)
  local callee, rest = text:match("^([%w_%.:]*)%s*()%(")
  if callee == "" or not callee or not callee:lower():find("assert") and not callee:find("^lu%.") then return { call = one_line(text) } end
  local parts = arguments(text, rest)
  local last = callee:lower():gsub("^.*assert%.", ""):gsub("^lu%.", ""):gsub("^.*luaunit%.", ""):gsub("[%.:]", "_"):gsub("^are_", ""):gsub("^is_(same)", "%1"):gsub("^is_(equal)", "%1")
  if last:find("error") or last:find("has_err") then
    local body = parts[1] and body_of(parts[1])
    if last:find("^asserterrormsg") then body = parts[2] and (body_of(parts[2]) or parts[2]) end
    if last:find("no_err") or last:find("not") then return { call = body or parts[1], throws = false } end
    return { call = body or parts[1], throws = true, expected = parts[2] or "an error" }
  end
  if TRUTH[last] then return { call = parts[1], expected = TRUTH[last] } end
  if last == "same" or last:find("equal") then
    if last:find("^assert") then return { call = parts[1], expected = parts[2] } end
    if is_call(parts[1]) and not is_call(parts[2]) then return { call = parts[1], expected = parts[2] } end
    return { call = parts[2], expected = parts[1] }
  end
  if last == "assert" and parts[1] then
    local left, right = sides(parts[1])
    if left and is_call(right) and not is_call(left) then left, right = right, left end
    if left then return { call = left, expected = right, assertion = true } end
    return { call = parts[1], expected = "a true value", assertion = true }
  end
  return { call = parts[1] }
end

-- The line of a test file that a text names first.
local function line_in(file, text)
  local name = file:match("[^/]+$"):gsub("%p", "%%%0")
  return tonumber(text:match("%f[%w_]" .. name .. ":(%d+):"))
end

function behaviour.of(id, file, raised, message, details)
  local good, line = pcall(function()
    local placed
    message, placed = message:gsub("^[^\n]-:%d+: ", "")
    local lines = lines_of(file)
    local first = line_in(file, details)
    local text = first and statement(lines, first)
    local check = text and check_of(text) or {}
    if check.call and (#check.call > 300 or not is_call(check.call) and not check.expected) then check.call = nil end
    local record = { test = id, message = message, call = check.call, setup = check.call and set_up(lines, first, check.call) or {} }

    -- A name alone says nothing: what it was given does.
    local last = record.setup[#record.setup]
    local value = last and record.call:find("^[%a_][%w_]*$") and last:match("^local%s+" .. record.call .. "%s*=%s*(.*)$")
    if value and is_call(value) then
      record.call = value
      table.remove(record.setup)
    end

    -- The message of a plain assert has no place in front.
    if raised and not (check.assertion and placed == 0) and not message:find("^assertion failed!") then
      record.kind, record.actual, record.expected = "raises", one_line(message:match("^[^\n]*")), nil
      return json(record)
    end
    local got, wanted = got_and_expected(message)
    if check.throws then
      if got then record.kind, record.actual, record.expected = "raises", got, wanted
      else record.kind, record.expected = "not-raised", check.expected end
    elseif check.throws == false then
      record.kind, record.actual = "raises", one_line(message:match("caught:\n(.*)$") or message)
    elseif got then
      record.kind, record.actual, record.expected = "value", got, wanted or check.expected
    else
      record.kind, record.expected = "other", check.expected
      if message:find("^assertion failed!") and record.call then
        record.message = check.expected and ("%s is not %s"):format(record.call, check.expected) or ("%s does not hold"):format(record.call)
        record.expected = nil
      end
    end
    return json(record)
  end)
  return good and line or json({ test = id, kind = "other", message = message })
end

return behaviour
