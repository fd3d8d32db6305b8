--- A cache that forgets what was not asked for longest.
local Cache = {}
Cache.__index = Cache

function Cache.new(capacity, on_evict)
  return setmetatable({ capacity = capacity or 10, on_evict = on_evict, values = {}, order = {}, hits = 0, misses = 0 }, Cache)
end

local function forget(self, key)
  for i, one in ipairs(self.order) do
    if one == key then
      table.remove(self.order, i)
      return
    end
  end
end

function Cache:get(key, default)
  local value = self.values[key]
  if value == nil then
    self.misses = self.misses + 1
    return default
  end
  self.hits = self.hits + 1
  forget(self, key)
  table.insert(self.order, key)
  return value
end

function Cache:set(key, value)
  if value == nil then
    return self:remove(key)
  end
  if self.values[key] ~= nil then
    forget(self, key)
  elseif #self.order >= self.capacity then
    local oldest = table.remove(self.order, 1)
    if self.on_evict then
      self.on_evict(oldest, self.values[oldest])
    end
    self.values[oldest] = nil
  end
  self.values[key] = value
  table.insert(self.order, key)
end

function Cache:remove(key)
  if self.values[key] == nil then
    return false
  end
  self.values[key] = nil
  forget(self, key)
  return true
end

--- The value of a key, made by a function where it is not there.
function Cache:fetch(key, make)
  local value = self:get(key)
  if value == nil then
    value = make(key)
    self:set(key, value)
  end
  return value
end

function Cache:ratio()
  local asked = self.hits + self.misses
  if asked == 0 then
    return 0
  end
  return self.hits / asked
end

return Cache
