'use strict';

/** A queue that serves the lowest priority number first, and equal ones in the order they came. */
class PriorityQueue {
  #items = [];
  #count = 0;

  get size() {
    return this.#items.length;
  }

  push(value, priority = 0) {
    const item = { value, priority, order: this.#count++ };
    let place = this.#items.length;
    while (place > 0 && this.#items[place - 1].priority > priority) {
      place -= 1;
    }
    this.#items.splice(place, 0, item);
    return this;
  }

  pop() {
    if (this.#items.length === 0) {
      throw new Error('the queue is empty');
    }
    return this.#items.shift().value;
  }

  peek(fallback = null) {
    return this.#items[0]?.value ?? fallback;
  }

  drain(most = Infinity) {
    const taken = [];
    while (this.size > 0 && taken.length < most) {
      taken.push(this.pop());
    }
    return taken;
  }
}

module.exports = { PriorityQueue };
