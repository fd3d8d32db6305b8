-- Evaluates the expression on stdin, with the answer loaded where --plain is not given, and prints the value as equal values print it.
local function canonical(value, depth)
    if type(value) == 'string' then return string.format('%q', value) end
    if type(value) ~= 'table' or depth > 50 then return tostring(value) end
    local parts = {}
    for key, one in pairs(value) do parts[#parts + 1] = canonical(key, depth + 1) .. ' = ' .. canonical(one, depth + 1) end
    table.sort(parts)
    return '{' .. table.concat(parts, ', ') .. '}'
end
local expression, write = io.read('a'), io.write
local stdout = io.stdout
print = function(...) io.stderr:write(table.concat({ ... }, '\t') .. '\n') end
if arg[1] ~= '--plain' then
    local given = dofile('answer.lua')
    if type(given) == 'table' then for name, value in pairs(given) do if _G[name] == nil then _G[name] = value end end end
end
local made, problem = load('return ' .. expression)
local told
if made then
    local ok, value = pcall(made)
    told = ok and 'value ' .. canonical(value, 0) or 'error ' .. tostring(value):gsub('^[^:]*:%d+: ', '')
else
    told = 'error ' .. problem
end
stdout:write(told, '\n')
