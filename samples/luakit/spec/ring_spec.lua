local Ring = require("luakit.ring")

describe("Ring", function()
  local ring

  before_each(function()
    ring = Ring.new(3)
  end)

  it("keeps the order", function()
    ring:push("a"):push("b")
    assert.are.same({ "a", "b" }, ring:to_list())
  end)

  it("drops the oldest when full", function()
    ring:push(1):push(2):push(3):push(4):push(5)
    assert.are.same({ 3, 4, 5 }, ring:to_list())
    assert.are.equal(3, ring.count)
  end)

  it("shifts from the front", function()
    ring:push(1):push(2)
    assert.are.equal(1, ring:shift())
    assert.are.equal(2, ring:shift())
    assert.is_nil(ring:shift())
  end)

  it("goes on after shifting", function()
    ring:push(1):push(2):push(3)
    ring:shift()
    ring:push(4):push(5)
    assert.are.same({ 3, 4, 5 }, ring:to_list())
  end)

  it("counts places from both ends", function()
    ring:push("x"):push("y"):push("z"):push("w")
    assert.are.equal("y", ring:at(1))
    assert.are.equal("w", ring:at(-1))
    assert.is_nil(ring:at(0))
    assert.is_nil(ring:at(4))
  end)

  it("knows when it is full", function()
    ring:push(1):push(2)
    assert.is_false(ring:is_full())
    ring:push(3)
    assert.is_true(ring:is_full())
  end)

  it("needs room", function()
    assert.has_error(function() Ring.new(0) end)
  end)
end)
