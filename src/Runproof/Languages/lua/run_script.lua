-- Runs plain test scripts, one after the other, with fresh globals and modules. A script is a test: it passes where it comes to its end without an error. Where it calls a function of its own on the
-- outermost level at least twice as `test("title", function() ... end)`, each of these is a test instead, run here and not by that function: such ones print what failed and go on.
local _, common, behaviour = ...
local lfs = require("lfs")
local pairs, ipairs, tostring, xpcall, traceback, getinfo, rawset, load = pairs, ipairs, tostring, xpcall, debug.traceback, debug.getinfo, rawset, load
local open, exit = io.open, os.exit
local behaviours = {}
local ENDED = {}

local function read(path)
  local handle = open(common.root .. "/" .. path, "rb")
  local text = handle:read("a")
  handle:close()
  return (text:gsub("^#[^\n]*", ""))
end

local function scripts()
  local found = {}
  local function look(folder, pattern)
    if lfs.attributes(folder, "mode") ~= "directory" then return end
    local names = {}
    for name in lfs.dir(folder) do
      if name:find("%.lua$") and name:find(pattern) then names[#names + 1] = folder == "." and name or folder .. "/" .. name end
    end
    table.sort(names)
    for _, name in ipairs(names) do found[#found + 1] = name end
  end
  for _, word in ipairs(arg) do
    if word:find("%.lua$") then found[#found + 1] = word elseif word:sub(1, 1) ~= "-" then look((word:gsub("/$", "")), "") end
  end
  if #found > 0 then return found end
  for _, folder in ipairs({ "test", "tests", "spec" }) do look(folder, "") end
  look(".", "^tests?[_%-.]")
  look(".", "[_%-]tests?%.lua$")
  return found
end

-- The script with calls of its own test function turned into calls of ours; nil where there are none.
local function split(text)
  local counts, name = {}, nil
  for one in ("\n" .. text):gmatch("\n([%a_][%w_.]*)%s*%(%s*[\"'][^\n\"']*[\"']%s*,%s*function%s*%(%s*%)") do
    counts[one] = (counts[one] or 0) + 1
    if counts[one] == 2 then name = name or one end
  end
  if not name then return nil end
  local escaped = name:gsub("%p", "%%%0")
  local made = ("\n" .. text):gsub("\n" .. escaped .. "(%s*%(%s*[\"'][^\n\"']*[\"']%s*,%s*function%s*%(%s*%))", "\n__runproof_test%1")
  return made:sub(2)
end

local function failed(id, path, message, trace)
  if message == ENDED then return end
  message = tostring(message)
  common.note(id, "failure", message, message .. "\n" .. trace)
  if not common.expired() then behaviours[#behaviours + 1] = behaviour.of(id, path, not message:find("assertion failed!", 1, true), message, message .. "\n" .. trace) end
end

local function run_one(id, path, body)
  common.begin(id, path)
  xpcall(body, function(message) failed(id, path, message, traceback("", 2)) return message end)
  common.finish(id)
end

local function run(path)
  local text = read(path)
  local parts = split(text)
  local folder = path:match("^(.*)/") or ""
  -- A script that names files above itself is made to run in its own folder.
  common.enter(folder ~= "" and text:find("[\"'`]%.%./") and folder or "")
  local chunk, problem = load(parts or text, "@" .. (common.folder == common.root .. "/" and path or path:match("[^/]+$")))
  if not chunk then
    common.collection_failure(path, tostring(problem))
    return
  end
  os.exit = function(code, ...)
    local info = getinfo(2, "S")
    local own = info.what == "main" and common.relative(info.source) == path
    if own and (code == nil or code == true or code == 0) then error(ENDED, 0) end
    if own then error("the script ends with exit code " .. tostring(code), 0) end
    exit(code, ...)
  end
  arg = { [0] = path }
  if parts then
    rawset(_G, "__runproof_test", function(title, body)
      local id = common.unique(common.id(path, { title }))
      if common.selected(id) and not common.stop() then run_one(id, path, body) end
    end)
    local good, message = xpcall(chunk, function(message) return message == ENDED and ENDED or tostring(message) .. "\n" .. traceback("", 2) end)
    if not good and message ~= ENDED then common.collection_failure(path, tostring(message)) end
  elseif common.selected(path) then
    run_one(common.unique(path), path, chunk)
  end
  os.exit = exit
end

common.open_repository()
common.watch()
local names, modules = {}, {}
for name, value in pairs(_G) do names[name] = value end
for name, value in pairs(package.loaded) do modules[name] = value end
local path, cpath = package.path, package.cpath
for _, script in ipairs(common.shuffled(scripts())) do
  if common.stop() then break end
  run(script)
  for name in pairs(_G) do rawset(_G, name, names[name]) end
  for name in pairs(package.loaded) do package.loaded[name] = modules[name] end
  package.path, package.cpath = path, cpath
end
common.leave(behaviours)
