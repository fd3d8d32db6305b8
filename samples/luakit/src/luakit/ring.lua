--- A ring of fixed size: what is pushed into a full one takes the place of the oldest.
local Ring = {}
Ring.__index = Ring

function Ring.new(size)
  assert(size > 0, "a ring has room for one at least")
  return setmetatable({ size = size, first = 1, count = 0, items = {} }, Ring)
end

function Ring:push(item)
  local place = (self.first + self.count - 1) % self.size + 1
  self.items[place] = item
  if self.count == self.size then
    self.first = self.first % self.size + 1
  else
    self.count = self.count + 1
  end
  return self
end

--- Takes the oldest away; nil where there is none.
function Ring:shift()
  if self.count == 0 then
    return nil
  end
  local item = self.items[self.first]
  self.items[self.first] = nil
  self.first = self.first % self.size + 1
  self.count = self.count - 1
  return item
end

--- The item at a place: 1 is the oldest, -1 the newest.
function Ring:at(place)
  if place < 0 then
    place = self.count + place + 1
  end
  if place < 1 or place > self.count then
    return nil
  end
  return self.items[(self.first + place - 2) % self.size + 1]
end

function Ring:is_full()
  return self.count == self.size
end

--- Iterates from the oldest to the newest: `for place, item in ring:each() do`.
function Ring:each()
  local place = 0
  return function()
    place = place + 1
    if place <= self.count then
      return place, self:at(place)
    end
  end
end

function Ring:to_list()
  local list = {}
  for _, item in self:each() do
    list[#list + 1] = item
  end
  return list
end

return Ring
