local intervals = require("luakit.intervals")

describe("intervals", function()
  it("merges what overlaps", function()
    assert.are.same({ { 1, 6 }, { 8, 9 } }, intervals.merge({ { 8, 9 }, { 1, 4 }, { 3, 6 } }))
  end)

  it("merges what touches", function()
    assert.are.same({ { 1, 4 } }, intervals.merge({ { 1, 2 }, { 3, 4 } }))
  end)

  it("keeps the longer one", function()
    assert.are.same({ { 1, 9 } }, intervals.merge({ { 1, 9 }, { 2, 3 } }))
  end)

  it("leaves its input alone", function()
    local list = { { 1, 2 }, { 2, 5 } }
    intervals.merge(list)
    assert.are.same({ { 1, 2 }, { 2, 5 } }, list)
  end)

  it("refuses one that ends before it begins", function()
    assert.has_error(function() intervals.merge({ { 2, 1 } }) end)
  end)

  it("finds numbers, ends included", function()
    local list = { { 1, 3 }, { 7, 7 } }
    assert.is_true(intervals.contains(list, 1))
    assert.is_true(intervals.contains(list, 3))
    assert.is_true(intervals.contains(list, 7))
    assert.is_false(intervals.contains(list, 4))
  end)

  it("counts each number once", function()
    assert.are.equal(5, intervals.count({ { 1, 3 }, { 2, 4 }, { 9, 9 } }))
  end)

  it("finds gaps", function()
    assert.are.same({ { 4, 5 } }, intervals.gaps({ { 6, 8 }, { 1, 3 } }))
    assert.are.same({}, intervals.gaps({ { 1, 3 } }))
  end)
end)
