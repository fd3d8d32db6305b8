// A Vitest that stays for many bugs, with what it has transformed: node vitest_warm.mjs ARGUMENT ... Requests and answers are those of runproof_warm.py.
//
// Vitest makes a new worker for each run, which loads the code anew; from version 4 on all test files of a run share it. Files that tests leave behind stay for the next bug, though. So an answer is good for a
// first look alone.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { open } from './vitest_engine.mjs';

const require = createRequire(import.meta.url);
const common = require('./common.cjs');
const junit = require('./junit.cjs');
const { Events, Results } = require('./results.cjs');
const switches = require('./switches.cjs');

// The channels belong to the answers: whatever prints goes elsewhere.
process.stdout.write = process.stderr.write.bind(process.stderr);

const { vitest } = await open(process.argv.slice(2), [], { reporters: [{}], sharedFrom: 4 });
if (!vitest.invalidateFile) throw new Error('before version 3 Vitest cannot be told that a file has changed');
const all = await vitest.globTestSpecifications();

/** Puts other text into files; the result takes it out. */
function change(files) {
  const originals = new Map(Object.keys(files).map((file) => [file, fs.readFileSync(file)]));
  const put = (file, bytes) => {
    fs.writeFileSync(file, bytes);
    vitest.invalidateFile(file);
  };
  for (const [file, text] of Object.entries(files)) put(file, text);
  return () => originals.forEach((bytes, file) => put(file, bytes));
}

/** A file with the bug in it. */
function changed({ file, start, end, replacement }) {
  if (!file) return {};
  const original = fs.readFileSync(file);
  return { [file]: Buffer.concat([original.subarray(0, start), Buffer.from(replacement), original.subarray(end)]) };
}

/** Runs the chosen tests (null: all) until they end or `watch`, which is asked all the time, says that it is over. */
async function until(chosen, watch) {
  const files = new Set([...(chosen || new Map()).keys()].map((id) => id.split(' > ')[0]));
  const specifications = chosen ? all.filter((one) => files.has(common.relative(one.moduleId))) : all;
  await new Promise((resolve) => {
    const timer = setInterval(() => watch() && done(), 10);
    const done = () => {
      clearInterval(timer);
      resolve();
    };
    vitest.runTestSpecifications(specifications, !chosen).then(done, done);
  });
}

function choose(lines) {
  fs.writeFileSync(process.env.RUNPROOF_SELECT, lines.map((line) => line + '\n').join(''));
  fs.writeFileSync(process.env.RUNPROOF_EVENTS, '');
  return common.selection();
}

/** The report of a run with one bug. */
async function run(request) {
  const chosen = choose(request.select || []);
  const results = new Results(process.env.RUNPROOF_EVENTS, chosen, Number(request.variables.TEST_SECONDS || 0));
  const takeOut = change(changed(request));
  const end = Date.now() + request.seconds * 1000;
  let late = null;
  await until(chosen, () => {
    results.take();
    late ||= results.expired() || (Date.now() > end ? { id: null } : null);
    if (!late && request.variables.FAIL_FAST && results.failed) vitest.cancelCurrentRun('test-failure');
    return late;
  });
  results.take();
  if (late?.id) results.end({ id: late.id, file: late.file, outcome: 'timed out', ms: late.limit * 1000, message: `runproof: time limit of ${late.limit} s` });
  takeOut();
  const report = `${process.env.RUNPROOF_EVENTS}.xml`;
  junit.write(report, results, chosen);
  return { code: results.bad ? 1 : 0, name: 'report', bytes: fs.readFileSync(report), isStuck: late !== null };
}

/** Which of many bugs are caught, all in one worker. */
async function tryMany(request) {
  const reaching = new Map();
  for (const { number, select } of request.bugs) for (const line of select) reaching.set(line, [...(reaching.get(line) || []), number]);
  const chosen = choose([...reaching.keys()]);
  switches.write([...reaching].map(([line, bugs]) => [line.slice(line.indexOf(' ') + 1), bugs]));
  const [events, trial] = [new Events(process.env.RUNPROOF_EVENTS), new switches.Trial()];
  const takeOut = change(request.files);
  const end = Date.now() + request.seconds * 1000;
  let [stuck, isLate] = [null, false];
  await until(chosen, () => {
    events.take((event) => trial.add(event));
    stuck ??= trial.stuck(chosen);
    isLate = Date.now() > end;
    return stuck !== null || isLate;
  });
  events.take((event) => trial.add(event));
  takeOut();
  switches.write(null);
  return { code: 0, name: 'trial', bytes: Buffer.from(JSON.stringify({ caught: trial.caught, stuck })), isStuck: stuck !== null || isLate };
}

function answer(nonce, { code, name, bytes: part, isStuck }) {
  const bytes = Buffer.concat([part, Buffer.from(`\nend ${code} ${name}=${part.length}${isStuck ? ' leaves=0' : ''}\n${nonce}`)]);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += fs.writeSync(1, bytes, done);
    } catch (error) {
      // The pipe is full, and Node does not wait.
      if (error.code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

let waiting = Buffer.alloc(0);
for await (const data of process.stdin) {
  waiting = Buffer.concat([waiting, data]);
  for (;;) {
    const line = waiting.indexOf('\n');
    if (line < 0) break;
    const [nonce, length] = waiting.subarray(0, line).toString().split(' ');
    const end = line + 1 + Number(length);
    if (waiting.length < end) break;
    const request = JSON.parse(waiting.subarray(line + 1, end).toString());
    waiting = waiting.subarray(end);
    const said = await (request.bugs ? tryMany(request) : run(request));
    answer(nonce, said);

    // A worker in an endless loop cannot be asked to stop.
    if (said.isStuck) process.exit(1);
  }
}
