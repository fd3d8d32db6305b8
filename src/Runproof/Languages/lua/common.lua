-- What the runners for Lua share: variables, the selection, limits, reach, and the report (JUnit XML), which is written at the end only: code that ends the process leaves none.
--
-- Variables: RUNPROOF_REPORT (to write), RUNPROOF_SELECT (file of tests to run, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed), RUNPROOF_FAIL_FAST,
-- RUNPROOF_TEST_SECONDS (limit of a test without one of its own), RUNPROOF_REACH and RUNPROOF_BEHAVIOUR (JSON lines to write).
--
-- A test's id is its file, relative to where the suite runs, and its titles: "spec/a_spec.lua > describe > it". Nothing here calls a function that the code under test can replace:
-- all are taken before it is loaded.
local common = {}

local open, rename, getenv, clock, sethook, getinfo, error, pairs, ipairs, type, tostring, tonumber, pcall, setmetatable =
  io.open, os.rename, os.getenv, os.clock, debug.sethook, debug.getinfo, error, pairs, ipairs, type, tostring, tonumber, pcall, setmetatable
local gsub, format, byte, sub, find, match, gmatch, rep = string.gsub, string.format, string.byte, string.sub, string.find, string.match, string.gmatch, string.rep
local concat, sort, len, char = table.concat, table.sort, utf8.len, string.char

local TIME_LIMIT = "runproof: time limit"
local TIMEOUTS_TO_STOP = 2
local EVERY = 50000 -- instructions between two looks at the clock
local LONGEST = 20000
local WORST = { passed = 1, skipped = 2, error = 3, failure = 4 }

common.root = require("lfs").currentdir()
common.folder = common.root

function common.variable(name)
  local value = getenv("RUNPROOF_" .. name)
  return value ~= "" and value or nil
end

-- Text that XML 1.0 and JSON can hold: other bytes and control characters as "#x1B".
function common.clean(text)
  text = tostring(text)
  text = gsub(text, "[%z\1-\8\11\12\14-\31\127]", function(one) return format("#x%02X", byte(one)) end)
  local good, bad = len(text)
  while not good do
    text = sub(text, 1, bad - 1) .. format("#x%02X", byte(text, bad)) .. sub(text, bad + 1)
    good, bad = len(text)
  end
  -- Two code points that are no characters.
  return (gsub(gsub(text, "\xEF\xBF\xBE", "#xFFFE"), "\xEF\xBF\xBF", "#xFFFF"))
end

function common.id(file, titles)
  local parts = { file }
  for _, title in ipairs(titles) do parts[#parts + 1] = tostring(title) end
  return (gsub(common.clean(concat(parts, " > ")), "[\r\n\t]", function(one) return format("#x%02X", byte(one)) end))
end

-- A path as the suite's folder sees it; nil for what lies outside of it or is no file.
local known = {}
function common.relative(source)
  local cached = known[source]
  if cached ~= nil then return cached or nil end
  local path = sub(source, 1, 1) == "@" and sub(source, 2) or nil
  if path and sub(path, 1, 1) ~= "/" then path = common.folder .. "/" .. path end
  local result = false
  if path then
    local parts = {}
    for part in gmatch(path, "[^/]+") do
      if part == ".." then parts[#parts] = nil elseif part ~= "." then parts[#parts + 1] = part end
    end
    path = "/" .. concat(parts, "/")
    if sub(path, 1, #common.root + 1) == common.root .. "/" then result = sub(path, #common.root + 2) end
  end
  known[source] = result
  return result or nil
end

-- The folder that relative paths start from, below the suite's own.
function common.enter(folder)
  known = {}
  common.folder = common.root .. "/" .. folder
  require("lfs").chdir(common.folder)
end

-- The chosen tests and their limits; nil where all are to run.
local chosen
local selection = common.variable("SELECT")
if selection then
  chosen = {}
  for line in open(selection):lines() do
    local seconds, id = match(line, "^(%S+) (.*)$")
    if id then chosen[id] = tonumber(seconds) end
  end
end

function common.selected(id) return not chosen or chosen[id] ~= nil end

common.fail_fast = common.variable("FAIL_FAST") ~= nil
common.shuffle_seed = tonumber(common.variable("SHUFFLE") or "")
local common_limit = tonumber(common.variable("TEST_SECONDS") or "0")

function common.shuffled(list)
  if not common.shuffle_seed then return list end
  local state = common.shuffle_seed % 2147483647
  for i = #list, 2, -1 do
    state = state * 48271 % 2147483647
    local j = state % i + 1
    list[i], list[j] = list[j], list[i]
  end
  return list
end

-- Outcomes. An id that is used again gets a number.
local cases, order, uses, collection = {}, {}, {}, {}
local failures, timeouts = 0, 0

function common.unique(id)
  local times = (uses[id] or 0) + 1
  uses[id] = times
  return times == 1 and id or id .. " #" .. times
end

function common.note(id, outcome, message, details)
  local case = cases[id]
  if not case or WORST[outcome] < WORST[case.outcome] or case.timed_out then return end
  case.outcome, case.message, case.details = outcome, common.clean(message or ""), common.clean(details or message or "")
end

function common.collection_failure(where, message)
  collection[#collection + 1] = { common.clean(where), common.clean(message) }
end

-- Limit and reach. The hook stays for the whole run; what it does depends on which test runs.
local running, limit, begun, expired, strikes = nil, 0, 0, false, 0
local reach_path = common.variable("REACH")
local reached, shared = {}, {}
local lines_of = shared

local hook, mask

-- Raises where the limit is over. What swallows that is struck again, from the fourth time on at every instruction of the repository's own code, so that the handler is hit as well; what the framework does
-- with an error is left alone.
local function strike()
  if not running or limit <= 0 or clock() - begun < limit then return end
  if strikes > 3 and not common.relative(getinfo(3, "S").source) then return end
  if not expired then timeouts = timeouts + 1 end
  expired, strikes = true, strikes + 1
  if strikes > 3 then sethook(hook, mask, 1) end
  error(format("%s of %g s", TIME_LIMIT, limit), 0)
end

function hook(event, line)
  if event ~= "line" then
    strike()
    return
  end
  local source = getinfo(2, "S").source
  local file = known[source]
  if file == nil then file = common.relative(source) end
  if not file then return end
  local lines = lines_of[file]
  if not lines then
    lines = {}
    lines_of[file] = lines
  end
  lines[line] = true
end

mask = reach_path and "l" or ""
local function watch() sethook(hook, mask, EVERY) end

-- A hook belongs to one thread: each coroutine sets its own.
for _, name in ipairs({ "create", "wrap" }) do
  local make = coroutine[name]
  coroutine[name] = function(body)
    if type(body) ~= "function" then return make(body) end
    return make(function(...)
      watch()
      return body(...)
    end)
  end
end

function common.begin(id, file)
  cases[id] = { outcome = "passed", message = "", details = "", seconds = 0, file = file }
  order[#order + 1] = id
  running, expired, strikes, begun = id, false, 0, clock()
  limit = chosen and chosen[id] or common_limit
  if reach_path then
    reached[id] = {}
    lines_of = reached[id]
  end
end

-- What runs from here on belongs to no test.
function common.finish(id)
  running, lines_of = nil, shared
  if strikes > 3 then watch() end
  local case = cases[id]
  case.seconds = clock() - begun
  if expired then
    case.outcome, case.message, case.timed_out = "failure", format("%s of %g s", TIME_LIMIT, limit), true
  end
  if case.outcome == "failure" or case.outcome == "error" then failures = failures + 1 end
end

function common.stop()
  return common.fail_fast and (failures - timeouts > 0 or timeouts >= TIMEOUTS_TO_STOP)
end

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;", ["\n"] = "&#10;", ["\r"] = "&#13;", ["\t"] = "&#9;" }
local function attribute(text) return '"' .. gsub(sub(text, 1, 4000), '[&<>"\n\r\t]', ENTITIES) .. '"' end
local function content(text) return (gsub(sub(text, 1, LONGEST), "[&<>]", ENTITIES)) end

function common.json(text)
  return '"' .. gsub(common.clean(text), '[\\"\n\r\t]', { ["\\"] = "\\\\", ['"'] = '\\"', ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t" }) .. '"'
end

local function write(path, text)
  local file = open(path .. ".partial", "w")
  file:write(text)
  file:close()
  rename(path .. ".partial", path)
end

local function ranges(lines)
  local numbers, result = {}, {}
  for line in pairs(lines) do numbers[#numbers + 1] = line end
  sort(numbers)
  local first, last
  for _, line in ipairs(numbers) do
    if last and line == last + 1 then
      last = line
    else
      if first then result[#result + 1] = "[" .. first .. "," .. last .. "]" end
      first, last = line, line
    end
  end
  if first then result[#result + 1] = "[" .. first .. "," .. last .. "]" end
  return "[" .. concat(result, ",") .. "]"
end

local function reach_record(head, sources)
  local files = {}
  for file, lines in pairs(sources) do files[#files + 1] = common.json(file) .. ":" .. ranges(lines) end
  return "{" .. head .. ',"lines":{' .. concat(files, ",") .. "}}\n"
end

local function cut(text)
  -- Not in the middle of a character.
  text = sub(text, 1, LONGEST)
  while not len(text) do text = sub(text, 1, -2) end
  return text
end

-- Writes all results and ends the process: 0 where every test passed.
function common.leave(behaviours)
  sethook()
  local lines = { '<?xml version="1.0" encoding="utf-8"?>', "<testsuites><testsuite>" }
  for _, one in ipairs(collection) do
    lines[#lines + 1] = '<testcase classname="" name=' .. attribute(one[1]) .. '><error message="collection failure">' .. content(cut(one[2])) .. "</error></testcase>"
  end
  for _, id in ipairs(order) do
    local case = cases[id]
    lines[#lines + 1] = format('<testcase name=%s file=%s time="%.6f"><properties><property name="nodeid" value=%s/></properties>', attribute(id), attribute(case.file), case.seconds, attribute(id))
    if case.outcome ~= "passed" then
      lines[#lines + 1] = format("<%s message=%s>%s</%s>", case.outcome, attribute(cut(sub(case.message, 1, 1000))), content(cut(case.details)), case.outcome)
    end
    lines[#lines + 1] = "</testcase>"
  end
  lines[#lines + 1] = "</testsuite></testsuites>"
  local behaviour_path = common.variable("BEHAVIOUR")
  if behaviour_path and behaviours then write(behaviour_path, concat(behaviours)) end
  if reach_path then
    local records = {}
    for _, id in ipairs(order) do records[#records + 1] = reach_record('"test":' .. common.json(id), reached[id]) end
    records[#records + 1] = reach_record('"shared":true', shared)
    write(reach_path, concat(records))
  end
  write(common.variable("REPORT"), concat(lines, "\n"))
  common.exit(failures == 0 and #collection == 0 and 0 or 1)
end

common.exit = os.exit
common.watch = watch
common.expired = function() return expired end
return common
