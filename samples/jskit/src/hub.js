'use strict';

/** Hands events to whoever listens, one after the other, waiting for each. */
class Hub {
  constructor() {
    this.listeners = new Map();
  }

  on(name, listener, { once = false } = {}) {
    const known = this.listeners.get(name) || [];
    this.listeners.set(name, [...known, { listener, once }]);
    return () => this.off(name, listener);
  }

  off(name, listener) {
    const left = (this.listeners.get(name) || []).filter((one) => one.listener !== listener);
    if (left.length > 0) this.listeners.set(name, left);
    else this.listeners.delete(name);
  }

  async emit(name, ...values) {
    const results = [];
    for (const { listener, once } of this.listeners.get(name) || []) {
      if (once) this.off(name, listener);
      results.push(await listener(...values));
    }
    return results;
  }
}

/** Calls until it succeeds, at most so often; throws the last error. */
async function retry(action, times = 3) {
  let last;
  for (let i = 0; i < times; i++) {
    try {
      return await action(i);
    } catch (error) {
      last = error;
    }
  }
  throw last;
}

module.exports = { Hub, retry };
