local roman = require("luakit.roman")

describe("roman", function()
  it("encodes", function()
    assert.are.equal("MCMXCIV", roman.encode(1994))
    assert.are.equal("III", roman.encode(3))
  end)

  it("encodes the largest", function()
    assert.are.equal("MMMCMXCIX", roman.encode(3999))
  end)

  it("refuses what has no numeral", function()
    assert.has_error(function() roman.encode(0) end)
    assert.has_error(function() roman.encode(4000) end)
    assert.has_error(function() roman.encode(1.5) end)
  end)

  it("decodes", function()
    assert.are.equal(1994, roman.decode("MCMXCIV"))
    assert.are.equal(4, roman.decode("iv"))
  end)

  it("gives nil for other text", function()
    assert.is_nil(roman.decode("IIII"))
    assert.is_nil(roman.decode("ABC"))
    assert.is_nil(roman.decode(""))
  end)
end)
