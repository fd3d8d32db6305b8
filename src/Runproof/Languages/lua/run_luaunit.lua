-- Runs test files of LuaUnit: each is loaded, and what it defines (globals named test..., and methods named test... of those) is run by LuaUnit's own rules. Ids: "test/a.lua > TestList.test_add".
local _, common, behaviour = ...
local lfs = require("lfs")
local luaunit = require("luaunit")
local pairs, ipairs, type, tostring, xpcall, traceback, getinfo, rawget, rawset = pairs, ipairs, type, tostring, xpcall, debug.traceback, debug.getinfo, rawget, rawset
local LuaUnit, unwrap = luaunit.LuaUnit, luaunit.adjust_err_msg_with_iter
local is_test, is_method = LuaUnit.isTestName, LuaUnit.isMethodTestName
local open, exit = io.open, os.exit
local behaviours = {}

-- A script ends with os.exit(LuaUnit.run()): while it is loaded, neither runs nor ends anything.
local ENDED = {}
local function load_file(path)
  local chunk, problem = loadfile(path)
  if not chunk then return false, problem end
  os.exit = function(...)
    local info = getinfo(2, "S")
    if info.what == "main" and common.relative(info.source) == common.relative("@" .. path) then error(ENDED, 0) end
    exit(...)
  end
  LuaUnit.run = function() return 0 end
  LuaUnit.runSuite, LuaUnit.runSuiteByInstances, LuaUnit.Run = LuaUnit.run, LuaUnit.run, LuaUnit.run
  arg = { [0] = path }
  local good, message = xpcall(chunk, function(error) return error == ENDED and ENDED or tostring(error) .. "\n" .. traceback("", 2) end)
  os.exit = exit
  return good or message == ENDED, message
end

local function find_files(folder, found)
  local names = {}
  for name in lfs.dir(folder) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local path = folder == "." and name or folder .. "/" .. name
    if name:sub(1, 1) ~= "." and lfs.attributes(path, "mode") == "directory" then find_files(path, found)
    elseif name:find("%.lua$") then
      local handle = open(path)
      local text = handle:read("a")
      handle:close()
      if text:find("require%s*%(?%s*[\"']luaunit[\"']") or text:find("[Ll]ua[Uu]nit") and text:find("function%s+[Tt]est") then found[#found + 1] = path end
    end
  end
  return found
end

local function files()
  local found = {}
  for _, word in ipairs(arg) do
    if lfs.attributes(word, "mode") == "directory" then find_files((word:gsub("/$", "")), found) elseif word:sub(1, 1) ~= "-" then found[#found + 1] = word end
  end
  if #found > 0 then return found end
  for _, folder in ipairs({ "test", "tests", "spec" }) do
    if lfs.attributes(folder, "mode") == "directory" then find_files(folder, found) end
  end
  return #found > 0 and found or find_files(".", found)
end

local function called(class, method, id, file, own)
  local good, problem = xpcall(method, function(error) return { msg = error, trace = traceback("", 2) } end, class)
  if good then return true end
  local whole, message, status = pcall(unwrap, problem.msg, nil)
  if not whole then message, status = tostring(problem.msg), "ERROR" end
  if type(message) == "table" then message = message.msg or tostring(message) end
  message = tostring(message)
  if status == "SUCCESS" then return true end
  if status == "SKIP" then common.note(id, "skipped", message) return false end
  common.note(id, own and "failure" or "error", message, message .. "\n" .. problem.trace)
  if own and not common.expired() then behaviours[#behaviours + 1] = behaviour.of(id, file, status == "ERROR", message, message .. "\n" .. problem.trace) end
  return false
end

local function function_of(class, ...)
  for _, name in ipairs({ ... }) do
    if type(class[name]) == "function" then return class[name] end
  end
end

-- A test, with set-up and tear-down; what these raise is not the test's own failure.
local function run(test, file)
  local id = common.unique(common.id(file, { test.name }))
  if not common.selected(id) then return end
  common.begin(id, file)
  local class = test.class
  local before = class and function_of(class, "setUp", "Setup", "setup", "SetUp")
  local after = class and function_of(class, "tearDown", "TearDown", "teardown", "Teardown")
  if not before or called(class, before, id, file, false) then called(class, test.method, id, file, true) end
  if after then called(class, after, id, file, false) end
  common.finish(id)
end

local function tests_of(defined)
  local names, tests = {}, {}
  for name in pairs(defined) do names[#names + 1] = name end
  table.sort(names)
  for _, name in ipairs(names) do
    local value = defined[name]
    if type(value) == "function" then
      tests[#tests + 1] = { name = name, method = value }
    else
      local methods = {}
      for method, body in pairs(value) do
        if type(method) == "string" and type(body) == "function" and is_method(method) then methods[#methods + 1] = method end
      end
      table.sort(methods)
      for _, method in ipairs(methods) do tests[#tests + 1] = { name = name .. "." .. method, method = value[method], class = value } end
    end
  end
  return tests
end

common.open_repository()
common.watch()
for _, path in ipairs(common.shuffled(files())) do
  if common.stop() then break end
  local good, problem = load_file(path)
  if not good then common.collection_failure(path, tostring(problem)) end

  -- What the file defined is taken out again: the next one may use the same names.
  local defined = {}
  for name, value in pairs(_G) do
    if type(name) == "string" and is_test(name) and (type(value) == "function" or type(value) == "table") then defined[name] = value end
  end
  local set_up, tear_down = rawget(_G, "setupSuite"), rawget(_G, "teardownSuite")
  local classes = {}
  for _, class in pairs(defined) do
    if type(class) == "table" and type(class.setupClass) == "function" then classes[#classes + 1] = class end
  end
  local tests = common.shuffled(tests_of(defined))
  if type(set_up) == "function" then pcall(set_up) end
  for _, class in ipairs(classes) do pcall(class.setupClass, class) end
  for _, test in ipairs(tests) do
    if common.stop() then break end
    run(test, path)
  end
  for _, class in pairs(defined) do
    if type(class) == "table" and type(class.teardownClass) == "function" then pcall(class.teardownClass, class) end
  end
  if type(tear_down) == "function" then pcall(tear_down) end
  for name in pairs(defined) do rawset(_G, name, nil) end
  rawset(_G, "setupSuite", nil)
  rawset(_G, "teardownSuite", nil)
end
common.leave(behaviours)
