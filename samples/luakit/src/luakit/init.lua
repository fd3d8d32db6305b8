return {
  cache = require("luakit.cache"),
  csv = require("luakit.csv"),
  intervals = require("luakit.intervals"),
  ring = require("luakit.ring"),
  roman = require("luakit.roman"),
  text = require("luakit.text"),
}
