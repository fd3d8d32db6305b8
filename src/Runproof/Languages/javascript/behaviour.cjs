// What a failing test called, got and expected, from its error and the text of its file: for the problem statement. Reads the file as it stands when the test fails.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { inspect } = require('node:util');
const { root } = require('./common.cjs');
const { open, itemsAt } = require('./brackets.cjs');
const { fromTable } = require('./table.cjs');

const LONGEST = 600;
const LINES_AROUND = 12;

const shown = (value) => inspect(value, { depth: 4, breakLength: Infinity, compact: true, maxStringLength: LONGEST, maxArrayLength: 30 }).slice(0, LONGEST);

/** Vitest hands values over as text already, in the form of a snapshot. */
const valueOf = (value, asText) => (asText && typeof value === 'string' ? value.replace(/\b(?:Array|Object) (?=[[{])/g, '').replace(/,?\s*\n\s*(?=[\]}])/g, '').replace(/\s*\n\s*/g, ' ').slice(0, LONGEST) : shown(value));

/** The place in the test's own file that an error came from, 1-based; 0 where it is not known. */
function lineOf(error, file) {
  const frames = Array.isArray(error.stacks) ? error.stacks.map((frame) => `${frame.file}:${frame.line}:${frame.column}`) : String(error.stack || '').split('\n');
  const full = path.join(root, file);
  for (const frame of frames) {
    const at = frame.lastIndexOf(`${full}:`) >= 0 ? frame.slice(frame.lastIndexOf(`${full}:`) + full.length + 1) : null;
    if (at && /^\d+/.test(at)) return Number(/^\d+/.exec(at)[0]);
  }
  return 0;
}

/** The statement around a line, on one line, and where it begins. */
function statement(lines, line) {
  let first = line - 1;
  while (first > 0 && line - first < LINES_AROUND && (/^\s*[.)\]}]/.test(lines[first]) || open(lines.slice(first, line).join('\n')) < 0)) first--;
  let last = line;
  while (last < lines.length && last - first < LINES_AROUND && open(lines.slice(first, last).join('\n')) > 0) last++;
  return { first, text: lines.slice(first, last).map((one) => one.trim()).join(' ').replace(/;$/, '') };
}

/** What the assertion looks at: the argument of expect(), the first of assert.equal(). */
function subject(text) {
  const call = /\b(?:expect|assert(?:\.\w+)*|should|t\.\w+)\s*\(/.exec(text);
  if (!call) return text;
  const first = itemsAt(text, call.index + call[0].length - 1)[0];
  return first ? first.replace(/^(?:async\s*)?\(\)\s*=>\s*/, '').replace(/^\{\s*(.*?);?\s*\}$/s, '$1') : text;
}

/** The statements above one that make what it uses, or change it, nearest last. */
function setUp(lines, first, call) {
  const names = new Set(call.match(/[A-Za-z_$][\w$]*/g) || []);
  const found = [];
  for (let i = first - 1; i >= 0 && first - i <= LINES_AROUND; i--) {
    const declared = /^\s*(?:const|let|var)\s+(?:\{\s*)?([A-Za-z_$][\w$]*)/.exec(lines[i]);
    if (/\b(?:it|test|describe)\s*(?:\.\w+)?\(/.test(lines[i])) break;
    const changed = /^\s*([A-Za-z_$][\w$]*)(?:\.[\w$]+|\[[^\]]*\])+\s*(?:\(|=[^=>])/.exec(lines[i]);
    const name = (declared || changed || [])[1];
    if (!names.has(name) || /\brequire\(|\bimport\(/.test(lines[i])) continue;
    const text = whole(lines, i);
    if (!text) continue;
    found.unshift(text);
    for (const name of text.match(/[A-Za-z_$][\w$]*/g) || []) names.add(name);
  }
  return found;
}

/** A statement that begins on a line, on one line; null where it does not end soon. */
function whole(lines, first) {
  for (let last = first + 1; last <= lines.length && last - first <= LINES_AROUND; last++) {
    const text = lines.slice(first, last).map((one) => one.trim()).join(' ');
    if (open(text) === 0 && !/(?:[=+\-*/&|?:,.]|=>)$/.test(text)) return text.length <= LONGEST ? text : null;
  }
  return null;
}

/** One record as runproof_behaviour.py writes them; null where the error says too little. */
function describe(id, file, error, asText = false) {
  if (!error || typeof error !== 'object') return null;
  let lines = [];
  try {
    lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n');
  } catch {
    // Then without the call.
  }
  const line = lineOf(error, file);
  const at = line > 0 && line <= lines.length ? statement(lines, line) : null;
  const result = error.matcherResult || error;
  const compares = 'expected' in result && ('actual' in result || 'received' in result);
  const asWritten = at ? subject(at.text).slice(0, LONGEST) : null;
  const call = asWritten && compares ? fromTable(lines.join('\n'), asWritten, result.expected, id) : asWritten;
  const record = { test: id, call, setup: at ? setUp(lines, at.first, call) : [], message: String(error.message || '').split('\n')[0].slice(0, LONGEST) };
  if (error.operator === 'throws' || /did not throw|Missing expected (?:exception|rejection)|to throw/i.test(record.message)) return { ...record, kind: 'not-raised', expected: 'an error' };
  if (compares && (error.code === 'ERR_ASSERTION' || /assert|expect/i.test(`${error.name} ${record.message}`) || error.matcherResult)) {
    return { ...record, kind: 'value', actual: valueOf('actual' in result ? result.actual : result.received, asText), expected: valueOf(result.expected, asText) };
  }
  if (error.matcherResult || /assert/i.test(error.name || '')) return { ...record, kind: 'other' };
  return { ...record, kind: 'raises', actual: `${error.name || 'Error'}: ${record.message}` };
}

/** As describe(), but never in the way of the test's own end. */
function safely(id, file, error, asText) {
  if (!process.env.RUNPROOF_BEHAVIOUR) return null;
  try {
    return describe(id, file, error, asText);
  } catch {
    return null;
  }
}

module.exports = { safely, describe };
