-- Runs the tests of a repository: lua5.4 run.lua FRAMEWORK [ARGUMENT...]; the framework is busted, luaunit or script. Only Debian's own modules can be loaded before the tests are.
local here = arg[0]:match("^(.*)/[^/]*$")
local framework = table.remove(arg, 1)
local system = {}
for template in package.path:gmatch("[^;]+") do
  if template:sub(1, 1) == "/" then system[#system + 1] = template end
end
local repository = "./?.lua;./?/init.lua;./src/?.lua;./src/?/init.lua;./lib/?.lua;./lib/?/init.lua;./lua/?.lua;./lua/?/init.lua"
package.path = table.concat(system, ";")
local cpath = package.cpath
package.cpath = cpath:gsub("%./%?%.so;?", "")

local common = dofile(here .. "/common.lua")
local behaviour = loadfile(here .. "/behaviour.lua")(common)

-- From here on the repository's modules are found. Where it has one that the framework loaded itself (a repository that tests Penlight), tests get the repository's.
function common.open_repository()
  package.path, package.cpath = repository .. ";" .. package.path, "./?.so;" .. package.cpath
  for name in pairs(package.loaded) do
    if package.searchpath(name, repository) and not (framework == "luaunit" and name == "luaunit") and not name:find("^busted") and not name:find("^luassert") then package.loaded[name] = nil end
  end
end

loadfile(here .. "/run_" .. framework .. ".lua")(here, common, behaviour)
