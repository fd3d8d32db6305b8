-- Runs Busted: its own command line, configuration (.busted) and loaders; what a test is, when it runs and how it ended is kept here.
local here, common, behaviour = ...
local debug_getupvalue, ipairs, pairs, tostring, type = debug.getupvalue, ipairs, pairs, tostring, type
local lfs = require("lfs")

-- All that Busted may load later on: a file of the repository with the same name stands for none of it.
local FURTHER = { "busted.core", "busted.block", "busted.execute", "busted.fixtures", "busted.status", "busted.environment", "busted.context", "busted.utils", "busted.languages.en",
  "busted.outputHandlers.base", "busted.modules.cli", "busted.modules.configuration_loader", "busted.modules.filter_loader", "busted.modules.helper_loader", "busted.modules.luacov",
  "busted.modules.output_handler_loader", "busted.modules.test_file_loader", "busted.modules.files.lua", "busted.luajit", "luassert", "luassert.spy", "luassert.mock", "luassert.stub", "luassert.match",
  "luassert.formatters", "luassert.array", "luassert.languages.en", "pl.path", "pl.dir", "pl.tablex", "pl.pretty", "pl.utils", "pl.compat", "pl.app", "term", "system", "say", "mediator", "cliargs", "cliargs.core" }
for _, name in ipairs(FURTHER) do pcall(require, name) end

local core, busted = require("busted.core"), nil
package.loaded["busted.core"] = function()
  busted = core()
  return busted
end

local function file_of(element)
  local at = element
  while at do
    if at.descriptor == "file" then return common.relative("@" .. tostring(at.name)) or tostring(at.name) end
    at = busted.context.parent(at)
  end
  return ""
end

local function id_of(element)
  local titles, at = {}, element
  while at and at.descriptor ~= "file" and at.descriptor ~= "suite" do
    table.insert(titles, 1, at.name or at.descriptor)
    at = busted.context.parent(at)
  end
  return common.id(file_of(element), titles)
end

local current, started, behaviours = nil, false, {}

-- In the place of the function that runs an `it`: set-up and tear-down count as part of the test.
local function wrapped(run)
  return function(element)
    local id = common.unique(id_of(element))
    if not common.selected(id) or busted.skipAll then return end
    current, started = id, false
    common.begin(id, file_of(element))
    run(element)
    if not started then common.note(id, "error", "its set-up failed") end
    common.finish(id)
    current = nil
    if common.stop() then busted.skipAll = true end
  end
end

local function listen()
  local executors
  for place = 1, 20 do
    local name, value = debug_getupvalue(busted.execute, place)
    if name == "executors" then executors = value end
  end
  for _, name in ipairs({ "it", "spec", "test", "pending" }) do executors[name] = wrapped(executors[name]) end

  busted.subscribe({ "test", "start" }, function() started = true return nil, true end, { priority = 1 })
  busted.subscribe({ "test", "end" }, function(_, _, status)
    if status == "pending" and current then common.note(current, "skipped", "pending") end
    return nil, true
  end, { priority = 1 })

  local function failed(kind)
    return function(element, _, message, trace)
      message = type(message) == "string" and message or tostring(message)
      local details = message .. "\n" .. tostring(trace and trace.traceback or "")
      if current then
        -- A failed assertion and any other error are both the test's own; what set-up and tear-down raise is not.
        local own = element.descriptor == "it" or element.descriptor == "spec" or element.descriptor == "test"
        common.note(current, own and "failure" or "error", message, details)
        if own and not common.expired() then behaviours[#behaviours + 1] = behaviour.of(current, file_of(element), kind == "error", message, details, trace) end
      else
        local where = element and element.descriptor == "file" and (common.relative("@" .. tostring(element.name)) or element.name) or (element and element.descriptor and id_of(element) or "busted")
        common.collection_failure(tostring(where), details)
      end
      return nil, true
    end
  end
  busted.subscribe({ "failure" }, failed("failure"), { priority = 1 })
  busted.subscribe({ "error" }, failed("error"), { priority = 1 })
end

-- Busted asks for an output handler once it is set up and before anything of the repository runs.
package.loaded["busted.outputHandlers.runproof"] = function()
  return { subscribe = function() listen() end }
end

local function has_specs(folder, depth)
  for name in lfs.dir(folder) do
    local path = folder .. "/" .. name
    if name:find("_spec%.lua$") then return true end
    if depth > 0 and name:sub(1, 1) ~= "." and lfs.attributes(path, "mode") == "directory" and has_specs(path, depth - 1) then return true end
  end
  return false
end

local arguments, places = {}, 0
for _, word in ipairs(arg) do
  if word:sub(1, 1) ~= "-" then places = places + 1 end
  arguments[#arguments + 1] = word
end
if places == 0 and not lfs.attributes(".busted") and not lfs.attributes("spec") then
  for _, folder in ipairs({ "specs", "test", "tests", "." }) do
    if lfs.attributes(folder, "mode") == "directory" and has_specs(folder, 3) then
      arguments[#arguments + 1] = folder
      break
    end
  end
end
for _, word in ipairs({ "--output=runproof", "--ignore-lua", "--no-coverage", "--keep-going" }) do table.insert(arguments, 1, word) end
if common.shuffle_seed then
  table.insert(arguments, 1, "--shuffle")
  table.insert(arguments, 1, "--seed=" .. common.shuffle_seed)
end

-- The end of the run: Busted leaves by os.exit where a test failed, and so may the code under test, which leaves no report.
local ended = false
package.loaded["busted.compatibility"].exit = function() ended = true error(common, 0) end

arg = arguments
arg[0] = "busted"
common.open_repository()
common.watch()
local good, message = pcall(function()
  -- A chunk of its own, since Busted looks at who calls it.
  local run = require("busted.runner")
  load("local run = ... run({ standalone = false })", "@busted")(run)
end)
if not good and message ~= common and not ended then common.collection_failure("busted", tostring(message)) end
common.leave(behaviours)
