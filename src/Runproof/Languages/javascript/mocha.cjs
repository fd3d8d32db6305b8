// Mocha's reporter for Runproof: chooses and orders the tests before they run, and tells what became of each.
'use strict';

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

/** Which file is being loaded: one that cannot be ends Mocha, and with it all others. */
function tellLoads() {
  const place = Object.keys(require.cache).find((file) => /[\\/]mocha[\\/]lib[\\/]suite\.js$/.test(file));
  if (!place) return;
  const { prototype } = require.cache[place].exports;
  const { emit } = prototype;
  prototype.emit = function (name, ...args) {
    if (name === 'pre-require') common.emit({ kind: 'load', file: common.relative(args[1]) });
    if (name === 'post-require') common.emit({ kind: 'load', file: null });
    return emit.call(this, name, ...args);
  };
}

tellLoads();

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
