// The row of a table that a failing test stands for. Reads text: what cannot be told for sure is left as it stands.
'use strict';

const { inspect } = require('node:util');
const { open, itemsAt } = require('./brackets.cjs');

const LONGEST = 600;
const MOST_ROWS = 50;
const MOST_BRACKETS = 40;
const LONGEST_FILE = 300_000;

/** The text of the bracket around a place that closes behind it: [begin, end); null where there is none. */
function around(text, place) {
  let left = MOST_BRACKETS;
  for (let begin = place - 1; begin >= 0 && place - begin < 3 * LONGEST && left > 0; begin--) {
    if (!'[{'.includes(text[begin])) continue;
    left--;
    if (open(text.slice(begin, place)) !== 1) continue;
    for (let end = place; end < text.length && end - begin < 3 * LONGEST && left > 0; end++) {
      if (!']}'.includes(text[end])) continue;
      left--;
      if (open(text.slice(begin, end + 1)) === 0) return [begin, end + 1];
    }
    return null;
  }
  return null;
}

/** Ways to write a value as a literal. */
function literals(value) {
  if (typeof value !== 'string') return [inspect(value)];
  const plain = JSON.stringify(value);
  return [plain, `'${plain.slice(1, -1).replace(/\\"/g, '"').replace(/'/g, "\\'")}'`, `\`${value}\``];
}

/** A text of a row, other than what is expected, that stands in the test's name. */
const isNamed = (part, literal, id) => (part.match(/"(?:\\.|[^"\\])+"|'(?:\\.|[^'\\])+'/g) || []).some((one) => one !== literal && id.includes(one.slice(1, -1)));

const split = (item) => /^(?:(["'`])((?:\\.|(?!\1).)*)\1|([A-Za-z_$][\w$]*))\s*:\s*(.+)$/s.exec(item);

/**
 * A test that goes through a table calls with names of a row: the row is found by what was expected and by a text of it that the test's name has, and its values are put into the call. Where several rows fit, the names stay.
 * Knows rows that are objects (`t.input`), pairs of an object (`for (const [input, output] of Object.entries(…))`), and lists that are taken apart.
 */
function fromTable(text, call, expected, id) {
  if (expected === undefined || expected === null || typeof expected === 'object' || text.length > LONGEST_FILE) return call;
  const made = [new Set(), new Set()];
  let left = MOST_ROWS;
  for (const literal of literals(expected)) {
    for (let place = text.indexOf(literal); place >= 0 && left > 0; place = text.indexOf(literal, place + 1)) {
      left--;
      const row = around(text, place);
      if (!row) continue;
      const parts = itemsAt(text, row[0]);
      const filled = text[row[0]] === '{' ? ofObject(parts, literal, call, text, id) : ofList(parts, literal, call, text);
      if (!filled || filled === call || filled.length > LONGEST || !parts.some((part) => isNamed(part, literal, id))) continue;
      made[parts.some((part) => id.endsWith(printed((split(part) || [])[4] || part))) ? 0 : 1].add(filled);
    }
  }
  const best = made[0].size ? made[0] : made[1];
  return best.size === 1 ? [...best][0] : call;
}

/** A literal as a template prints its value. */
const printed = (literal) => literal.replace(/["'`[\]\s]/g, '') || literal;

function ofObject(parts, literal, call, text, id) {
  const pairs = parts.map(split).filter(Boolean);
  const fitting = pairs.filter((pair) => pair[4].trim() === literal);
  const own = fitting.find((pair) => pair[2] && id.endsWith(pair[2])) || fitting[0];
  if (!own) return null;
  const row = new Map(pairs.filter((pair) => pair !== own).map((pair) => [pair[2] ?? pair[3], pair[4].trim()]));
  const filled = call.replace(/(?<![\w$.])[A-Za-z_$][\w$]*\.([A-Za-z_$][\w$]*)(?!\s*\()/g, (whole, name) => row.get(name) ?? whole);
  if (filled !== call) return filled;
  const taken = /\[\s*([A-Za-z_$][\w$]*)\s*,\s*[A-Za-z_$][\w$]*\s*\]\s*of\s+Object\.entries/.exec(text) || /\bfor\s*\(\s*(?:const|let|var)\s+([A-Za-z_$][\w$]*)\s+in\b/.exec(text);
  return taken && own[2] && id.endsWith(own[2]) ? named(call, taken[1], JSON.stringify(own[2])) : null;
}

function ofList(parts, literal, call, text) {
  const place = parts.indexOf(literal);
  if (place < 0) return null;
  for (const taken of text.matchAll(/(?:\[\s*([A-Za-z_$][\w$]*(?:\s*,\s*[A-Za-z_$][\w$]*)+)\s*\]\s*of\b|\(\s*\[?\s*([A-Za-z_$][\w$]*(?:\s*,\s*[A-Za-z_$][\w$]*)+)\s*\]?\s*\)\s*=>)/g)) {
    const names = (taken[1] || taken[2]).split(/\s*,\s*/);
    if (names.length !== parts.length) continue;
    const filled = names.reduce((made, name, i) => (i === place ? made : named(made, name, parts[i])), call);
    if (filled !== call) return filled;
  }
  return null;
}

const named = (call, name, value) => call.replace(new RegExp(`(?<![\\w$.])${name.replace(/\$/g, '\\$')}(?![\\w$])`, 'g'), () => value);

module.exports = { fromTable };
