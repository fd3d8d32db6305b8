// What becomes of the tests.
'use strict';

const fs = require('node:fs');
const junit = require('./junit.cjs');

/** A file to which processes append events. */
class Events {
  #file;
  #read = 0;
  #rest = '';

  constructor(file) {
    this.#file = file;
  }

  /** Hands on what is new. */
  take(add) {
    let text;
    try {
      const size = fs.statSync(this.#file).size;
      if (size <= this.#read) return;
      const buffer = Buffer.alloc(size - this.#read);
      const file = fs.openSync(this.#file, 'r');
      fs.readSync(file, buffer, 0, buffer.length, this.#read);
      fs.closeSync(file);
      this.#read = size;
      text = this.#rest + buffer.toString('utf8');
    } catch {
      return;
    }
    const lines = text.split('\n');
    this.#rest = lines.pop();
    for (const line of lines) {
      let event;
      try {
        event = JSON.parse(line);
      } catch {
        continue;
      }
      add(event);
    }
  }
}

/** What is known of the tests, from the events of one process after another. */
class Results {
  tests = new Map();
  collection = new Map();
  probes = [];
  running = new Map();
  filesDone = new Set();
  loading = null;
  timeouts = 0;
  #events;
  #chosen;
  #usual;

  /** @param events the file. @param chosen the tests with their limits, or null. @param usual limit of a test without one of its own, in seconds; 0 for none. */
  constructor(events, chosen, usual) {
    this.#events = new Events(events);
    this.#chosen = chosen;
    this.#usual = usual;
  }

  take() {
    this.#events.take((event) => this.#add(event));
  }

  #add(event) {
    if (event.kind === 'start') this.running.set(event.id, { since: Date.now(), file: event.file });
    else if (event.kind === 'end') this.end(event);
    else if (event.kind === 'collect') this.collection.set(event.where, event.message);
    else if (event.kind === 'probes') this.probes.push(event);
    else if (event.kind === 'load') this.loading = event.file;
    else if (event.kind === 'file') this.filesDone.add(event.file);
  }

  end(event) {
    this.running.delete(event.id);
    const known = this.tests.get(event.id);
    if (!known || junit.worse(event.outcome, known.outcome)) this.tests.set(event.id, event);
  }

  /** A test that has been running for longer than its limit. */
  expired() {
    for (const [id, test] of this.running) {
      const limit = (this.#chosen && this.#chosen.get(id)) || this.#usual;
      if (limit > 0 && Date.now() - test.since > limit * 1000) return { id, limit, file: test.file };
    }
    return null;
  }

  get failed() {
    return [...this.tests.values()].some((test) => test.outcome === 'failed');
  }
  /** Whether anything is other than it should be. */
  get bad() {
    return this.collection.size > 0 || [...this.tests.values()].some((test) => test.outcome !== 'passed' && test.outcome !== 'skipped');
  }
}

module.exports = { Events, Results };
