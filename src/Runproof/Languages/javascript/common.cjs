// What the scripts for JavaScript share: the variables, test ids, the event file.
//
// Variables: RUNPROOF_REPORT (JUnit XML to write), RUNPROOF_SELECT (file of tests to run, in order, each a line "SECONDS ID" with its limit), RUNPROOF_SHUFFLE (seed),
// RUNPROOF_FAIL_FAST, RUNPROOF_TEST_SECONDS (limit of each test without one of its own), RUNPROOF_REACH (JSON lines to write). run.cjs reads them and hands on
// RUNPROOF_EVENTS (JSON lines that the process under test appends).
//
// A test's id is its file, relative to where the suite runs, and its titles: "test/a.test.js > suite > test".
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const root = process.env.RUNPROOF_ROOT || process.cwd();

function relative(file) {
  const plain = String(file || '').replace(/^file:\/\//, '');
  return path.isAbsolute(plain) ? path.relative(root, plain).split(path.sep).join('/') : plain;
}

// What XML can hold.
const legal = (text) => String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
// One line, the same in reports, in selections and in what is said of reach.
const idOf = (file, titles) => legal([relative(file), ...titles].join(' > ')).replace(/[\r\n]+/g, ' ');

/** The chosen tests in their order, with limits in seconds; null where all are to run. (A process that stays always has the file: nothing in it means all.) */
function selection() {
  const file = process.env.RUNPROOF_SELECT;
  if (!file) return null;
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean);
  if (lines.length === 0 && process.env.RUNPROOF_WARM) return null;
  return new Map(lines.map((line) => [line.slice(line.indexOf(' ') + 1), Number(line.slice(0, line.indexOf(' ')))]));
}

/** A comparison of files (absolute or not) by where the selection first names them. */
function byChoice() {
  const places = new Map();
  for (const id of (selection() || new Map()).keys()) {
    const file = id.split(' > ')[0];
    if (!places.has(file)) places.set(file, places.size);
  }
  const place = (file) => places.get(relative(file)) ?? places.size;
  return (a, b) => place(a) - place(b);
}

const append = fs.appendFileSync;
const events = process.env.RUNPROOF_EVENTS;

/** Appended at once: what a process wrote before it died counts. */
function emit(event) {
  if (events) append(events, JSON.stringify(event) + '\n');
}

/** A failure as text, without colours. */
function textOf(error) {
  if (error === null || error === undefined) return 'failed';
  const text = typeof error === 'string' ? error : error.stack && String(error.stack).includes(String(error.message)) ? error.stack : `${error.name || 'Error'}: ${error.message || error}\n${error.stack || ''}`;
  // eslint-disable-next-line no-control-regex
  return String(text).replace(/\u001b\[[0-9;]*m/g, '').slice(0, 8000);
}

/** A generator of numbers in [0, 1) from a seed (mulberry32). */
function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function shuffled(items, seed) {
  const next = random(Number(seed));
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [result[i], result[j]] = [result[j], result[i]];
  }
  return result;
}

module.exports = { root, relative, legal, idOf, selection, byChoice, emit, textOf, shuffled };
