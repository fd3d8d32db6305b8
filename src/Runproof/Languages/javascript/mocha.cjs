// Mocha's reporter for Runproof: chooses and orders the tests before they run, and tells what became of each.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const common = require('./common.cjs');
const behaviour = require('./behaviour.cjs');
const probes = require('./probes.cjs');

const id = (test) => common.idOf(test.file || fileOf(test.parent), test.titlePath());
const fileOf = (suite) => (suite ? suite.file || fileOf(suite.parent) : '');

function arrange(suite, chosen, seed) {
  suite.tests = suite.tests.filter((test) => !chosen || chosen.has(id(test)));
  if (seed) {
    suite.tests = common.shuffled(suite.tests, seed);
    suite.suites = common.shuffled(suite.suites, seed);
  }
  for (const inner of suite.suites) arrange(inner, chosen, seed);
}

const TESTS = /\b(?:describe|context|suite|it|test|specify)(?:\.\w+)?\s*\(/;
const SHARED_HOOKS = /^(?:before|after|beforeEach|afterEach|setup|teardown)\s*\(/m;

/** Mocha's own module, as it was loaded. */
function loadedModule(name) {
  const place = Object.keys(require.cache).find((file) => file.split(path.sep).join('/').endsWith(`/mocha/lib/${name}`));
  return place && require.cache[place].exports;
}

/** Which file is being loaded: one that cannot be ends Mocha, and with it all others. */
function tellLoads() {
  const suite = loadedModule('suite.js');
  if (!suite) return;
  const { emit } = suite.prototype;
  suite.prototype.emit = function (name, ...args) {
    if (name === 'pre-require') common.emit({ kind: 'load', file: common.relative(args[1]) });
    if (name === 'post-require') common.emit({ kind: 'load', file: null });
    return emit.call(this, name, ...args);
  };
}

/** Loads the files with chosen tests, the most specific first, and those that hold no tests or hooks for all. */
function loadChosenFiles(chosen) {
  const mocha = loadedModule('mocha.js');
  if (!mocha || !chosen) return;
  const wanted = new Set([...chosen.keys()].map((id) => id.split(' > ')[0]));
  const order = common.byChoice();
  const isSpare = (file) => {
    if (wanted.has(common.relative(file))) return false;
    const text = fs.readFileSync(file, 'utf8');
    return TESTS.test(text) && !SHARED_HOOKS.test(text);
  };
  for (const load of ['loadFiles', 'loadFilesAsync']) {
    const original = mocha.prototype[load];
    if (!original) continue;
    mocha.prototype[load] = function (...args) {
      const kept = this.files.filter((file) => !isSpare(file));
      this.files = [...kept.filter((file) => !wanted.has(common.relative(file))), ...kept.filter((file) => wanted.has(common.relative(file))).sort(order)];
      return original.apply(this, args);
    };
  }
}

tellLoads();
loadChosenFiles(common.selection());

class Reporter {
  constructor(runner) {
    const chosen = common.selection();
    arrange(runner.suite, chosen, process.env.RUNPROOF_SHUFFLE);
    runner.total = runner.suite.total();
    const end = (test, outcome, error) => {
      probes.flush(id(test));
      const file = common.relative(test.file || fileOf(test.parent));
      common.emit({ kind: 'end', id: id(test), file, outcome, ms: test.duration || 0, message: error ? common.textOf(error) : '', behaviour: error ? behaviour.safely(id(test), file, error) : null });
    };
    runner.on('test', (test) => {
      probes.begin();
      common.emit({ kind: 'start', id: id(test), file: common.relative(test.file || fileOf(test.parent)) });
    });
    runner.on('pass', (test) => end(test, 'passed'));
    runner.on('pending', (test) => end(test, 'skipped'));
    runner.on('fail', (test, error) => {
      if (test.type !== 'hook') return end(test, 'failed', error);
      // A hook that fails takes the tests with it that it is for.
      const current = test.ctx && test.ctx.currentTest;
      if (current && /each/.test(test.title)) return end(current, 'errored', error);
      if (test.parent) test.parent.eachTest((one) => (one.state ? undefined : end(one, 'errored', error)));
      return undefined;
    });
  }
}

module.exports = Reporter;
