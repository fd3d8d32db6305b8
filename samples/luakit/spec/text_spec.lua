local text = require("luakit.text")

describe("text", function()
  it("trims both ends", function()
    assert.are.equal("a b", text.trim("  a b\t\n"))
    assert.are.equal("", text.trim("   "))
  end)

  it("splits", function()
    assert.are.same({ "a", "", "b" }, text.split("a,,b", ","))
    assert.are.same({ "abc" }, text.split("abc", ","))
  end)

  it("splits at longer separators", function()
    assert.are.same({ "a", "b" }, text.split("a::b", "::"))
  end)

  it("splits into a limited number of parts", function()
    assert.are.same({ "a", "b,c" }, text.split("a,b,c", ",", 2))
  end)

  it("wraps between words", function()
    assert.are.same({ "one two", "three" }, text.wrap("one two  three", 7))
    assert.are.same({}, text.wrap("", 5))
  end)

  it("does not break a long word", function()
    assert.are.same({ "a", "lengthy", "b" }, text.wrap("a lengthy b", 4))
  end)

  it("pads on each side", function()
    assert.are.equal("7   ", text.pad("7", 4))
    assert.are.equal("007", text.pad("7", 3, "left", "0"))
    assert.are.equal(" ab  ", text.pad("ab", 5, "both"))
    assert.are.equal("long", text.pad("long", 2))
  end)

  it("finds the common prefix", function()
    assert.are.equal(3, text.common_prefix("carpet", "cart"))
    assert.are.equal(2, text.common_prefix("ab", "abc"))
    assert.are.equal(0, text.common_prefix("x", "y"))
  end)

  it("fills templates", function()
    assert.are.equal("Hi Ada, {what}?", text.fill("Hi {name}, {what}?", { name = "Ada" }))
    assert.are.equal("false", text.fill("{flag}", { flag = false }))
  end)
end)
