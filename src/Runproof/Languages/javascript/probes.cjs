// Which functions each test runs: the product's functions call globalThis.__runproof_probe with their number (put there by Runproof, in the run that measures reach only).
'use strict';

const { emit, relative } = require('./common.cjs');

let current = new Set();

/** The function to be seen as __runproof_probe in a realm of tests. */
const hit = (number) => {
  current.add(number);
};

/** What ran so far belongs to no single test: loading, and hooks that tests share. */
function begin() {
  flush(null);
}

/** What ran since begin() belongs to this test. */
function flush(id) {
  if (current.size === 0) return;
  emit({ kind: 'probes', id, numbers: [...current] });
  current = new Set();
}

if (process.env.RUNPROOF_REACH) {
  globalThis.__runproof_probe = hit;

  // node:test runs each file in a process of its own, without a hook for each test: what the process ran counts for all tests of its file.
  process.on('exit', () => {
    if (process.env.RUNPROOF_BY_FILE && current.size > 0) emit({ kind: 'probes', file: relative(process.argv[1]), numbers: [...current] });
    else flush(null);
  });
}

module.exports = { hit, begin, flush };
