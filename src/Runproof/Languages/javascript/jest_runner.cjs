// A test runner for Jest: jest-circus with the chosen tests alone, in another order if asked, telling what becomes of each test.
'use strict';

const path = require('node:path');
const { createRequire } = require('node:module');
const common = require('./common.cjs');
const behaviour = require('./behaviour.cjs');
const probes = require('./probes.cjs');

/** jest-circus as Jest itself finds it, whatever the package manager. */
function circus(rootDir) {
  let from = createRequire(path.join(rootDir, 'package.json'));
  for (const name of ['jest', '@jest/core', 'jest-config']) {
    try {
      from = createRequire(from.resolve(name));
    } catch {
      // Not on this way.
    }
  }
  const entry = require.resolve(process.env.RUNPROOF_CIRCUS || from.resolve('jest-circus/runner'));
  const loaded = require(entry);
  return loaded.default || loaded;
}

function titles(test) {
  const found = [test.name];
  for (let block = test.parent; block && block.name !== 'ROOT_DESCRIBE_BLOCK'; block = block.parent) found.unshift(block.name);
  return found;
}

function arrange(block, id, chosen, seed) {
  if (seed && block.children) block.children = common.shuffled(block.children, seed);
  for (const child of block.children || []) {
    if (child.type === 'describeBlock') arrange(child, id, chosen, seed);
    else if (chosen && !chosen.has(id(child))) child.mode = 'skip';
  }
}

module.exports = async function run(globalConfig, config, environment, runtime, testPath, ...rest) {
  const chosen = common.selection();
  const failFast = Boolean(process.env.RUNPROOF_FAIL_FAST);
  const id = (test) => common.idOf(testPath, titles(test));
  let stopped = false;
  if (process.env.RUNPROOF_REACH) environment.global.__runproof_probe = probes.hit;

  const inner = environment.handleTestEvent ? environment.handleTestEvent.bind(environment) : async () => {};
  environment.handleTestEvent = async (event, state) => {
    if (event.name === 'run_start') arrange(state.rootDescribeBlock, id, chosen, process.env.RUNPROOF_SHUFFLE);
    if (event.name === 'test_start') {
      if (stopped) event.test.mode = 'skip';
      probes.begin();
      if (event.test.mode !== 'skip' && event.test.mode !== 'todo') common.emit({ kind: 'start', id: id(event.test), file: common.relative(testPath) });
    }
    await inner(event, state);
    if (event.name === 'test_done' && event.test.mode !== 'skip') {
      probes.flush(id(event.test));
      const errors = event.test.errors.map((error) => (Array.isArray(error) ? error[0] || error[1] : error));
      const file = common.relative(testPath);
      common.emit({
        kind: 'end', id: id(event.test), file, outcome: errors.length > 0 ? 'failed' : 'passed', ms: event.test.duration || 0, message: errors.map(common.textOf).join('\n'),
        behaviour: errors.length > 0 ? behaviour.safely(id(event.test), file, errors[0]) : null,
      });
      if (errors.length > 0 && failFast) stopped = true;
    } else if ((event.name === 'test_skip' && (!chosen || chosen.has(id(event.test))) && !stopped) || event.name === 'test_todo') {
      common.emit({ kind: 'end', id: id(event.test), file: common.relative(testPath), outcome: 'skipped', ms: 0, message: '' });
    }
  };
  return circus(config.rootDir)(globalConfig, config, environment, runtime, testPath, ...rest);
};
