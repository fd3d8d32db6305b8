// Vitest with a runner of ours, which its command line cannot name.
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const common = require('./common.cjs');

/** @param args of the package's own script. @param excluded files that are not to run. @param sharedFrom the version from which on test files share a worker. @returns Vitest, and the files that the arguments name. */
export async function open(args, excluded, { sharedFrom = Infinity, ...more } = {}) {
  const here = createRequire(path.join(common.root, 'package.json'));
  const isShared = Number.parseInt(here('vitest/package.json').version, 10) >= sharedFrom;
  const { createVitest, parseCLI } = await import(pathToFileURL(here.resolve('vitest/node')).href);
  let given = { filter: [], options: {} };
  try {
    given = parseCLI ? parseCLI(['vitest', 'run', ...args]) : given;
  } catch (error) {
    console.error(`the arguments of the package's own script are left out: ${error.message}`);
  }

  const options = {
    ...given.options,
    run: true,
    watch: false,
    ui: false,
    bail: 0,
    coverage: { enabled: false },
    typecheck: { enabled: false },
    fileParallelism: false,
    passWithNoTests: true,
    reporters: ['default'],
    runner: fileURLToPath(new URL('./vitest_runner.mjs', import.meta.url)),
    ...more,
  };
  if (isShared) options.isolate = false;
  if (excluded.length > 0) options.exclude = [...(options.exclude || []), '**/node_modules/**', ...excluded];
  Object.assign(process.env, { VITEST: 'true', TEST: 'true' });
  process.env.NODE_ENV ||= 'test';
  const vitest = await createVitest('test', options);

  // Projects of a workspace have a configuration of their own.
  for (const project of vitest.projects || []) {
    project.config.runner = options.runner;
    if (isShared) project.config.isolate = false;
    if (excluded.length > 0) project.config.exclude = [...(project.config.exclude || []), ...excluded];
  }

  // The files that are most about a change come first.
  const fileOf = (specification) => specification.moduleId || specification[1];
  const usual = vitest.config.sequence.sequencer;
  vitest.config.sequence.sequencer = class extends usual {
    sort(files) {
      if (!common.selection()) return super.sort(files);
      const order = common.byChoice();
      return [...files].sort((a, b) => order(fileOf(a), fileOf(b)));
    }
  };
  return { vitest, filter: given.filter };
}
