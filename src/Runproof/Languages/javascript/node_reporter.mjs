// node:test's reporter for Runproof: turns its events into ours.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const behaviour = require('./behaviour.cjs');
const common = require('./common.cjs');

const chosen = common.selection();

export default async function* reporter(source) {
  const stacks = new Map();
  for await (const event of source) {
    const data = event.data;
    if (!data || data.nesting === undefined) continue;
    const file = data.file || '';
    if (!stacks.has(file)) stacks.set(file, []);
    const stack = stacks.get(file);
    if (event.type === 'test:start') {
      stack.length = data.nesting;
      stack[data.nesting] = data.name;
    }
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue;
    const titles = [...stack.slice(0, data.nesting), data.name];
    const error = data.details?.error;
    const cause = error?.cause ?? error;

    // The run of a whole file is a test of its own to node: only its failure to load says anything.
    if (data.nesting === 0 && (data.name === file || common.relative(data.name) === common.relative(file))) {
      if (event.type === 'test:fail' && error?.failureType !== 'subtestsFailed') common.emit({ kind: 'collect', where: common.relative(file || data.name), message: common.textOf(cause) });
      common.emit({ kind: 'file', file: common.relative(file || data.name) });
      continue;
    }

    if (data.details?.type === 'suite') continue;
    const id = common.idOf(file, titles);
    if (chosen && !chosen.has(id)) continue;
    const skipped = data.skip !== undefined || data.todo !== undefined;
    const outcome = skipped ? 'skipped' : event.type === 'test:pass' ? 'passed' : error?.failureType === 'hookFailed' ? 'errored' : 'failed';
    const bad = outcome === 'failed' || outcome === 'errored';
    const place = common.relative(file);
    common.emit({ kind: 'end', id, file: place, outcome, ms: data.details?.duration_ms || 0, message: bad ? common.textOf(cause) : '', behaviour: bad ? behaviour.safely(id, place, cause) : null });
  }
}
