// What a package.json says of how its tests are run: the arguments and variables that its own scripts give to the test framework.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { root } = require('./common.cjs');

const PROGRAMS = { jest: 'jest', vitest: 'vitest', mocha: 'mocha', 'node:test': 'node' };
const BEFORE = ['test', 'test:unit', 'unit', 'unit-test', 'test-unit', 'test:node', 'testonly', 'test-only', 'tests', 'test:ci', 'mocha', 'jest', 'vitest'];

/** Programs that only wrap another one, and how many words of their own follow. */
const WRAPPERS = new Set(['npx', 'c8', 'nyc', 'cross-env', 'env', 'dotenv', '--', 'exec', 'time', 'pnpm', 'yarn', 'bunx', 'borp']);

function manifest(folder = root) {
  try {
    return JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  } catch {
    return {};
  }
}

/** The words of a shell command, and the operators between its parts; quotes are taken away. */
function words(command) {
  const found = [];
  let word = null;
  let quoted = false;
  for (let i = 0; i < command.length; i++) {
    const c = command[i];
    if (c === '"' || c === "'") {
      const end = command.indexOf(c, i + 1);
      word = (word || '') + command.slice(i + 1, end < 0 ? undefined : end);
      quoted = true;
      i = end < 0 ? command.length : end;
    } else if (c === '\\' && i + 1 < command.length) {
      word = (word || '') + command[++i];
    } else if (/\s/.test(c)) {
      if (word !== null) found.push({ text: word, quoted });
      [word, quoted] = [null, false];
    } else if (c === '&' || c === '|' || c === ';') {
      if (word !== null) found.push({ text: word, quoted });
      [word, quoted] = [null, false];
      found.push({ text: null });
    } else {
      word = (word || '') + c;
    }
  }
  if (word !== null) found.push({ text: word, quoted });
  return found;
}

function commands(script) {
  const found = [[]];
  for (const word of words(script)) {
    if (word.text === null) found.push([]);
    else found[found.length - 1].push(word.text);
  }
  return found.filter((one) => one.length > 0);
}

/** Variables and arguments that a command gives to a program; null where it does not run that program. */
function given(command, framework) {
  const rest = [...command];
  const env = {};
  while (rest.length > 0) {
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(rest[0]);
    if (assignment) {
      env[assignment[1]] = assignment[2];
      rest.shift();
    } else if (WRAPPERS.has(rest[0])) {
      rest.shift();
      while (rest.length > 0 && rest[0].startsWith('-')) rest.shift();
    } else {
      break;
    }
  }
  if (rest.length === 0) return null;
  const program = path.basename(rest[0]).replace(/\.(js|mjs|cjs)$/, '').replace(/^_/, '');
  const args = rest.slice(1);
  if (framework === 'node:test') return program === 'node' && args.includes('--test') ? { env, args: args.filter((arg) => arg !== '--test') } : null;
  if (program === PROGRAMS[framework]) return { env, args };

  // node --flag node_modules/.bin/jest ...
  if (program === 'node') {
    const at = args.findIndex((arg) => !arg.startsWith('-'));
    if (at >= 0 && path.basename(args[at]).replace(/\.(js|mjs|cjs)$/, '').replace(/^_/, '') === PROGRAMS[framework]) return { env, args: args.slice(at + 1), node: args.slice(0, at) };
  }
  return null;
}

function search(scripts, name, framework, seen) {
  if (seen.has(name) || typeof scripts[name] !== 'string') return null;
  seen.add(name);
  for (const command of commands(scripts[name])) {
    const found = given(command, framework);
    if (found) return found;
    const called = /^(?:npm|pnpm|yarn|bun)$/.test(command[0]) ? command.slice(1).find((word) => word !== 'run' && word !== 'run-script' && word !== '-s' && !word.startsWith('-')) : /^(?:npm-run-all|run-s|run-p)/.test(command[0]) ? command.slice(1).find((word) => scripts[word]) : null;
    const inner = called === 't' ? 'test' : called;
    const deeper = inner && search(scripts, inner, framework, seen);
    if (deeper) return deeper;
  }
  return null;
}

/** {env, args, node}: what the package's own scripts give to the framework; nothing where no script runs it. */
function call(framework) {
  const scripts = manifest().scripts || {};
  const names = [...BEFORE, ...Object.keys(scripts).filter((name) => !BEFORE.includes(name))];
  const seen = new Set();
  for (const name of names) {
    const found = search(scripts, name, framework, seen);
    if (found) return { node: [], ...found };
  }
  return { env: {}, args: [], node: [] };
}

module.exports = { manifest, call, words, commands, given };
