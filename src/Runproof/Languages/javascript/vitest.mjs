// Starts Vitest for Runproof with a runner of ours, which its command line cannot name: node vitest.mjs SKIPPED_FILES_AS_JSON FILES_AS_JSON ARGUMENT ...
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const common = require('./common.cjs');

const [skipped, files, ...args] = process.argv.slice(2);
const here = createRequire(path.join(common.root, 'package.json'));
const { createVitest, parseCLI } = await import(pathToFileURL(here.resolve('vitest/node')).href);

let given = { filter: [], options: {} };
try {
  given = parseCLI ? parseCLI(['vitest', 'run', ...args]) : given;
} catch (error) {
  console.error(`the arguments of the package's own script are left out: ${error.message}`);
}

const only = JSON.parse(files);
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
};
const excluded = JSON.parse(skipped);
if (excluded.length > 0) options.exclude = [...(options.exclude || []), '**/node_modules/**', ...excluded];

Object.assign(process.env, { VITEST: 'true', TEST: 'true' });
process.env.NODE_ENV ||= 'test';
const vitest = await createVitest('test', options);

if (only.length > 0) {
  // The files that are most about the change come first.
  const order = common.byChoice();
  const fileOf = (specification) => specification.moduleId || specification[1];
  vitest.config.sequence.sequencer = class {
    sort = (files) => [...files].sort((a, b) => order(fileOf(a), fileOf(b)));
    shard = (files) => files;
  };
}

// Projects of a workspace have a configuration of their own.
for (const project of vitest.projects || []) {
  project.config.runner = options.runner;
  if (excluded.length > 0) project.config.exclude = [...(project.config.exclude || []), ...excluded];
}
try {
  await vitest.start(only.length > 0 ? only : given.filter);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await vitest.close();
process.exit(process.exitCode ?? 0);
