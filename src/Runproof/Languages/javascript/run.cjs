// Runs the tests of a JavaScript or TypeScript project for Runproof: node run.cjs FRAMEWORK [ARGUMENT ...] where the project lies. See common.cjs for the variables.
//
// The framework runs in a process of its own, which tells of each test as it starts and ends; this process keeps the limits, writes the report, and starts the rest again when a test
// that never ends had to be killed. It does not protect from code under test that writes such lines itself.
'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');
const common = require('./common.cjs');
const project = require('./project.cjs');
const junit = require('./junit.cjs');
const { Results } = require('./results.cjs');

const [framework, ...extra] = process.argv.slice(2);
const report = process.env.RUNPROOF_REPORT;
const events = `${report}.events`;
const chosen = common.selection();
const failFast = Boolean(process.env.RUNPROOF_FAIL_FAST);
const usual = Number(process.env.RUNPROOF_TEST_SECONDS || 0);
const RESTARTS = 4;
const LOAD_RESTARTS = 12;
const TIMEOUTS_TO_STOP = 2;
const SAID = 4096;

const from = createRequire(path.join(common.root, 'package.json'));

/** The program of a package as the project has it installed. */
function program(name, entry) {
  const file = path.join(path.dirname(locate(name)), entry);
  return fs.existsSync(file) ? file : null;
}

function locate(name) {
  for (const folder of from.resolve.paths(name) || []) {
    const file = path.join(folder, name, 'package.json');
    if (fs.existsSync(file)) return file;
  }
  throw new Error(`'${name}' is not installed`);
}

const files = (skip) => (chosen ? [...new Set([...chosen.keys()].map((id) => id.split(' > ')[0]))].filter((file) => !skip.has(file)) : []);
const without = (args, ...options) => args.filter((arg) => !options.some((option) => arg === option || arg.startsWith(option + '=')));

const COMMANDS = {
  mocha(call, skip) {
    const args = without(call.args, '--watch', '-w', '--parallel', '-p', '--bail', '-b').concat(extra);
    return [...call.node, program('mocha', 'bin/mocha.js') || program('mocha', 'bin/mocha') || program('mocha', 'bin/_mocha'), ...args, '--no-parallel', '--reporter', path.join(__dirname, 'mocha.cjs'), ...[...skip].flatMap((file) => ['--ignore', file])];
  },
  jest(call, skip) {
    const args = without(call.args, '--watch', '--watchAll', '--coverage', '--verbose', '--bail', '-i', '--runInBand', '--ci', '--silent').concat(extra);
    const only = files(skip);
    return [
      ...call.node, program('jest', 'bin/jest.js') || program('jest-cli', 'bin/jest.js'), ...args, '--ci', '--runInBand', '--testSequencer', path.join(__dirname, 'jest_sequencer.cjs'), '--coverage=false', '--watchAll=false', '--cacheDirectory=/opt/env/jest', '--passWithNoTests',
      '--testRunner', path.join(__dirname, 'jest_runner.cjs'), '--reporters', path.join(__dirname, 'jest_reporter.cjs'),
      ...(only.length > 0 ? ['--runTestsByPath', ...only] : skip.size > 0 ? ['--testPathIgnorePatterns', ...[...skip].map((file) => `${file.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`), '/node_modules/'] : []),
    ];
  },
  vitest(call, skip) {
    const args = without(call.args, 'run', 'watch', '--watch', '--ui', '--typecheck', '--bail', '--silent').filter((arg) => !arg.startsWith('--coverage') && !arg.startsWith('--reporter')).concat(extra);
    return [...call.node, path.join(__dirname, 'vitest.mjs'), JSON.stringify([...skip]), JSON.stringify(files(skip)), ...args];
  },
  'node:test'(call, skip) {
    const flags = without(call.args.filter((arg) => arg.startsWith('-')), '--watch', '--experimental-test-coverage').filter((arg) => !arg.startsWith('--test-reporter') && !arg.startsWith('--test-concurrency'));
    const given = call.args.filter((arg) => !arg.startsWith('-')).concat(extra);
    const places = chosen ? files(skip) : given.flatMap(expand).filter((file) => !skip.has(file));
    return [...flags, '--test', '--test-reporter', path.join(__dirname, 'node_reporter.mjs'), '--test-reporter-destination', 'stdout', ...places];
  },
};

/** A pattern of the shell as files; a folder or file stays itself. */
function expand(pattern) {
  if (!/[*?{[]/.test(pattern)) return [pattern];
  const { execFileSync } = require('node:child_process');
  const listed = execFileSync('bash', ['-c', `shopt -s globstar nullglob extglob; printf '%s\\n' ${pattern.replace(/[^\w./*?{},[\]!()-]/g, '\\$&')}`], { cwd: common.root, encoding: 'utf8' });
  return listed.split('\n').filter(Boolean);
}

/** One process of the framework; resolves with its exit code, or null when it was ended from here. */
function start(call, skip, results) {
  return new Promise((resolve) => {
    const env = { ...process.env, ...call.env, RUNPROOF_EVENTS: events, RUNPROOF_ROOT: common.root, CI: '1', FORCE_COLOR: '0', NO_COLOR: '1' };
    if (process.env.RUNPROOF_REACH && framework === 'node:test') {
      env.NODE_OPTIONS = `${env.NODE_OPTIONS || ''} --require ${path.join(__dirname, 'probes.cjs')}`.trim();
      env.RUNPROOF_BY_FILE = '1';
    }
    if (framework === 'jest' || framework === 'vitest') env.NODE_ENV = call.env.NODE_ENV || 'test';
    const child = spawn(process.execPath, COMMANDS[framework](call, skip), { cwd: common.root, env, stdio: ['ignore', 'inherit', 'pipe'], detached: true });
    let said = '';
    child.stderr.on('data', (data) => {
      process.stderr.write(data);
      said = (said + data).slice(-SAID);
    });
    let ended = null;
    const end = (why) => {
      ended = why;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // Gone already.
      }
    };
    const timer = setInterval(() => {
      results.take();
      const late = results.expired();
      if (late) {
        results.timeouts += 1;
        results.end({ id: late.id, file: late.file, outcome: 'timed out', ms: late.limit * 1000, message: `runproof: time limit of ${late.limit} s` });
        end(late);
      } else if (failFast && results.failed) {
        end('failed');
      }
    }, 20);
    child.on('error', (error) => {
      clearInterval(timer);
      console.error(String(error));
      resolve({ code: 127, ended, said });
    });
    child.on('exit', (code) => {
      // What it left running would hold up the run.
      end(ended);
      clearInterval(timer);
      const done = () => {
        results.take();
        resolve({ code: code === null ? 1 : code, ended, said });
      };
      child.on('close', done);
      setTimeout(done, 500);
    });
  });
}

/** The framework stays, and answers on the channels of this process. */
function stay(call) {
  const folder = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'runproof-warm-'));
  const env = { ...process.env, ...call.env, RUNPROOF_ROOT: common.root, RUNPROOF_EVENTS: path.join(folder, 'events'), RUNPROOF_SELECT: path.join(folder, 'select'), CI: '1', FORCE_COLOR: '0', NO_COLOR: '1' };
  fs.writeFileSync(env.RUNPROOF_SELECT, '');
  const child = spawnSync(process.execPath, [...call.node, path.join(__dirname, `${framework}_warm.mjs`), ...COMMANDS.vitest(call, new Set()).slice(call.node.length + 3)], { cwd: common.root, env, stdio: 'inherit' });
  process.exitCode = child.status ?? 1;
}

async function main() {
  if (!COMMANDS[framework]) throw new Error(`unknown framework '${framework}'`);
  const call = project.call(framework);
  if (process.env.RUNPROOF_WARM) return stay(call);
  const results = new Results(events, chosen, usual);
  const skip = new Set();
  fs.writeFileSync(events, '');
  let code = 1;
  for (let restart = 0; restart <= RESTARTS; ) {
    const run = await start(call, skip, results);
    code = run.code;
    if (!run.ended && results.loading && results.collection.size < LOAD_RESTARTS) {
      // The file that ended Mocha while it was loaded is left out, and told.
      results.collection.set(results.loading, run.said);
      skip.add(results.loading);
      results.loading = null;
      continue;
    }
    if (!run.ended || run.ended === 'failed' || (failFast && (results.failed || results.timeouts >= TIMEOUTS_TO_STOP))) break;

    // The file with the test that never ends is left out; so are those that are done.
    restart += 1;
    skip.add(run.ended.file);
    for (const test of results.tests.values()) if (!results.running.has(test.id)) skip.add(test.file);
    results.running.clear();
    if (chosen && files(skip).length === 0) break;
  }
  junit.write(report, results, chosen);
  if (process.env.RUNPROOF_REACH) {
    const lines = results.probes.flatMap((event) => {
      const ids = event.file === undefined ? [event.id] : [...results.tests.values()].filter((test) => test.file === event.file).map((test) => test.id);
      return ids.map((id) => JSON.stringify(id === null ? { shared: true, probes: event.numbers } : { test: id, probes: event.numbers }));
    });
    fs.writeFileSync(process.env.RUNPROOF_REACH, lines.join('\n') + '\n');
  }
  if (process.env.RUNPROOF_BEHAVIOUR) {
    const records = [...results.tests.values()].map((test) => test.behaviour).filter(Boolean);
    fs.writeFileSync(process.env.RUNPROOF_BEHAVIOUR, records.map((record) => JSON.stringify(record) + '\n').join(''));
  }
  fs.rmSync(events, { force: true });
  process.exitCode = results.bad ? 1 : results.tests.size === 0 ? code || 1 : 0;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
