// A Vitest that stays for many bugs, with what it has transformed: node vitest_warm.mjs ARGUMENT ... Requests and answers are those of runproof_warm.py.
//
// Vitest runs each test file in a worker of its own, which loads the code anew; files that tests leave behind stay for the next bug, though. So an answer is good for a first look alone.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { open } from './vitest_engine.mjs';

const require = createRequire(import.meta.url);
const common = require('./common.cjs');
const junit = require('./junit.cjs');
const { Results } = require('./results.cjs');

// The channels belong to the answers: whatever prints goes elsewhere.
process.stdout.write = process.stderr.write.bind(process.stderr);

const { vitest } = await open(process.argv.slice(2), [], { reporters: [{}] });
if (!vitest.invalidateFile) throw new Error('before version 3 Vitest cannot be told that a file has changed');
const all = await vitest.globTestSpecifications();

/** Puts the bug into its file; the result takes it out. */
function change({ file, start, end, replacement }) {
  if (!file) return () => {};
  const original = fs.readFileSync(file);
  const put = (bytes) => {
    fs.writeFileSync(file, bytes);
    vitest.invalidateFile(file);
  };
  put(Buffer.concat([original.subarray(0, start), Buffer.from(replacement), original.subarray(end)]));
  return () => put(original);
}

/** The report, or null where a plain run must tell. */
async function run(request) {
  fs.writeFileSync(process.env.RUNPROOF_SELECT, (request.select || []).map((line) => line + '\n').join(''));
  fs.writeFileSync(process.env.RUNPROOF_EVENTS, '');
  const chosen = common.selection();
  const results = new Results(process.env.RUNPROOF_EVENTS, chosen, Number(request.variables.TEST_SECONDS || 0));
  const files = new Set([...(chosen || new Map()).keys()].map((id) => id.split(' > ')[0]));
  const specifications = chosen ? all.filter((one) => files.has(common.relative(one.moduleId))) : all;
  const takeOut = change(request);
  const until = Date.now() + request.seconds * 1000;
  let late = null;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      results.take();
      late ||= results.expired() || (Date.now() > until ? { id: null } : null);
      if (late) done();
      else if (request.variables.FAIL_FAST && results.failed) vitest.cancelCurrentRun('test-failure');
    }, 10);
    const done = () => {
      clearInterval(timer);
      resolve();
    };
    vitest.runTestSpecifications(specifications, !chosen).then(done, done);
  });
  results.take();
  if (late?.id) results.end({ id: late.id, file: late.file, outcome: 'timed out', ms: late.limit * 1000, message: `runproof: time limit of ${late.limit} s` });
  takeOut();
  return { results, chosen, stuck: late !== null };
}

function answer(nonce, code, report) {
  const bytes = Buffer.concat([report, Buffer.from(`\nend ${code} report=${report.length}\n${nonce}`)]);
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
    const { results, chosen, stuck } = await run(request);
    const report = `${process.env.RUNPROOF_EVENTS}.xml`;
    junit.write(report, results, chosen);
    answer(nonce, results.bad ? 1 : 0, fs.readFileSync(report));

    // A worker in an endless loop cannot be asked to stop.
    if (stuck) process.exit(1);
  }
}
