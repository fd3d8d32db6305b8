// Runs Vitest once for Runproof: node vitest.mjs SKIPPED_FILES_AS_JSON FILES_AS_JSON ARGUMENT ...
import { open } from './vitest_engine.mjs';

const [skipped, files, ...args] = process.argv.slice(2);
const only = JSON.parse(files);
const { vitest, filter } = await open(args, JSON.parse(skipped));
try {
  await vitest.start(only.length > 0 ? only : filter);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
await vitest.close();
process.exit(process.exitCode ?? 0);
