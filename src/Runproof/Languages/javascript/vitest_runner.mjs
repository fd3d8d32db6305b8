// A test runner for Vitest: Vitest's own with the chosen tests alone, in another order if asked, telling what becomes of each test.
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const common = require('./common.cjs');
const behaviour = require('./behaviour.cjs');
const probes = require('./probes.cjs');
const switches = require('./switches.cjs');

const here = createRequire(path.join(common.root, 'package.json'));

async function base() {
  const load = async (name) => import(pathToFileURL(here.resolve(name)).href);
  const runners = await load('vitest/runners').catch(() => ({}));
  return runners.VitestTestRunner || runners.TestRunner || (await load('vitest')).TestRunner;
}

function titles(task) {
  const found = [];
  for (let one = task; one && one !== one.file; one = one.suite) found.unshift(one.name);

  // The same file may run in several projects.
  return task.file?.projectName ? [`|${task.file.projectName}|`, ...found] : found;
}

const fileOf = (task) => task.file?.filepath || task.filepath;
const id = (task) => common.idOf(fileOf(task), titles(task));

function arrange(suite, chosen, seed) {
  if (seed) suite.tasks = common.shuffled(suite.tasks, seed);
  for (const task of suite.tasks) {
    if (task.type === 'suite') arrange(task, chosen, seed);
    else if (chosen && !chosen.has(id(task))) task.mode = 'skip';
  }
}

const Base = await base();

export default class RunproofRunner extends Base {
  #chosen = common.selection();
  #stopped = false;
  #switches = switches.read();

  async onCollected(files) {
    await super.onCollected?.(files);
    for (const file of files) {
      if (file.result?.state === 'fail' && (file.tasks || []).length === 0) {
        common.emit({ kind: 'collect', where: common.relative(file.filepath), message: (file.result.errors || []).map(common.textOf).join('\n') });
      }
      arrange(file, this.#chosen, process.env.RUNPROOF_SHUFFLE);
    }
    probes.begin();
  }

  async onBeforeRunTask(test) {
    if (this.#stopped && test.type !== 'suite') test.mode = 'skip';
    probes.begin();
    if (this.#switches && test.type !== 'suite') return this.#beforeTrial(test);
    if (test.mode === 'run') common.emit({ kind: 'start', id: id(test), file: common.relative(fileOf(test)) });
    return super.onBeforeRunTask?.(test);
  }

  /** A test runs once for each bug that it is tried with; one that runs beside others would see theirs, and one that has to fail says nothing. */
  async #beforeTrial(test) {
    const times = test.mode === 'run' && !test.concurrent && !test.fails ? this.#switches.begin(id(test)) : 0;
    if (times === 0) test.mode = 'skip';
    test.repeats = times - 1;
    test.retry = 0;
    return super.onBeforeRunTask?.(test);
  }

  async onBeforeTryTask(test, options) {
    if (this.#switches) {
      this.#endBug(test);
      test.result.state = 'run';
      test.result.errors = undefined;
      this.#switches.next(id(test));
    }
    return super.onBeforeTryTask?.(test, options);
  }

  #endBug(test) {
    this.#switches.end(id(test), test.result?.state === 'fail');
  }

  async onAfterRunTask(test) {
    await super.onAfterRunTask?.(test);
    if (this.#switches) {
      this.#endBug(test);
      return this.#switches.rest();
    }
    if (this.#chosen && !this.#chosen.has(id(test))) return;
    if (this.#stopped && test.mode === 'skip') return;
    probes.flush(id(test));
    const failed = test.result?.state === 'fail';
    const outcome = failed ? 'failed' : test.result?.state === 'pass' ? 'passed' : 'skipped';
    const file = common.relative(fileOf(test));
    const errors = failed ? test.result.errors || [] : [];
    common.emit({ kind: 'end', id: id(test), file, outcome, ms: test.result?.duration || 0, message: errors.map(common.textOf).join('\n'), behaviour: errors.length > 0 ? behaviour.safely(id(test), file, errors[0], true) : null });
    if (failed && process.env.RUNPROOF_FAIL_FAST) this.#stopped = true;
  }
}
