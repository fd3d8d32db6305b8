// Many bugs in one worker: each stands behind a switch, globalThis.__runproof_bug, and a test runs once for each bug that it reaches and that no test has caught yet. What is told goes to the event file:
// "bug" before a test runs with one, "caught" when it failed, "rest" when it has run with all.
'use strict';

const fs = require('node:fs');
const { emit } = require('./common.cjs');

const file = process.env.RUNPROOF_EVENTS && `${process.env.RUNPROOF_EVENTS}.bugs`;

/** Says which bugs each test reaches, for workers that start from now on; null: there are none. */
function write(bugs) {
  if (bugs) fs.writeFileSync(file, JSON.stringify([...bugs]));
  else fs.rmSync(file, { force: true });
}

/** The bugs of each test, or null where a worker tries none. */
function read() {
  return process.env.RUNPROOF_WARM && file && fs.existsSync(file) ? new Switches(new Map(JSON.parse(fs.readFileSync(file, 'utf8')))) : null;
}

class Switches {
  #bugs;
  #caught = new Set();
  #waiting = [];
  #current = 0;

  constructor(bugs) {
    this.#bugs = bugs;
    this.#set(0);
  }

  /** How often a test has to run. */
  begin(id) {
    this.#waiting = (this.#bugs.get(id) || []).filter((bug) => !this.#caught.has(bug));
    return this.#waiting.length;
  }

  /** Puts the next bug in. */
  next(id) {
    this.#set(this.#waiting.shift() || 0);
    emit({ kind: 'bug', bug: this.#current, id });
  }

  /** Takes it out. */
  end(id, failed) {
    if (this.#current && failed) {
      this.#caught.add(this.#current);
      emit({ kind: 'caught', bug: this.#current, id });
    }
    this.#set(0);
  }

  rest() {
    emit({ kind: 'rest' });
  }

  #set(bug) {
    this.#current = bug;
    globalThis.__runproof_bug = bug;
  }
}

/** What became of the bugs, from the events of a worker. */
class Trial {
  caught = {};
  #ran = {};
  #running = null;

  add(event) {
    if (event.kind === 'bug' && event.bug) {
      this.#ran[event.bug] = (this.#ran[event.bug] || 0) + 1;
      this.#running = { bug: event.bug, id: event.id, since: Date.now() };
    } else if (event.kind === 'caught') this.caught[event.bug] = this.#ran[event.bug];
    else if (event.kind === 'rest') this.#running = null;
  }

  /** The bug with which a test has been running for longer than its limit, in seconds. */
  stuck(limits) {
    const limit = this.#running && limits.get(this.#running.id);
    return limit && Date.now() - this.#running.since > limit * 1000 ? this.#running.bug : null;
  }
}

module.exports = { write, read, Trial };
