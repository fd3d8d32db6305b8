--- Lists of closed intervals `{ from, to }`.
local intervals = {}

local function by_start(a, b)
  if a[1] ~= b[1] then
    return a[1] < b[1]
  end
  return a[2] < b[2]
end

--- Sorted, with those that touch or overlap made one.
function intervals.merge(list)
  local sorted = {}
  for _, one in ipairs(list) do
    if one[1] > one[2] then
      error("an interval ends before it begins")
    end
    sorted[#sorted + 1] = { one[1], one[2] }
  end
  table.sort(sorted, by_start)
  local merged = {}
  for _, one in ipairs(sorted) do
    local last = merged[#merged]
    if last and one[1] <= last[2] + 1 then
      last[2] = math.max(last[2], one[2])
    else
      merged[#merged + 1] = one
    end
  end
  return merged
end

function intervals.contains(list, number)
  for _, one in ipairs(list) do
    if number >= one[1] and number <= one[2] then
      return true
    end
  end
  return false
end

--- How many whole numbers are in any of them.
function intervals.count(list)
  local total = 0
  for _, one in ipairs(intervals.merge(list)) do
    total = total + one[2] - one[1] + 1
  end
  return total
end

--- What lies between them.
function intervals.gaps(list)
  local merged, gaps = intervals.merge(list), {}
  for i = 2, #merged do
    table.insert(gaps, { merged[i - 1][2] + 1, merged[i][1] - 1 })
  end
  return gaps
end

return intervals
