'use strict';

const assert = require('node:assert/strict');
const { describe, it } = require('node:test');
const { PriorityQueue } = require('../src/index.js');

describe('PriorityQueue', () => {
  it('serves low numbers first', () => {
    const queue = new PriorityQueue().push('c', 3).push('a', 1).push('b', 2);
    assert.deepEqual(queue.drain(), ['a', 'b', 'c']);
  });

  it('keeps the order of equal ones', () => {
    const queue = new PriorityQueue().push('first').push('second').push('third');
    assert.deepEqual(queue.drain(), ['first', 'second', 'third']);
  });

  it('takes no more than asked', () => {
    const queue = new PriorityQueue().push(1).push(2).push(3);
    assert.deepEqual(queue.drain(2), [1, 2]);
    assert.equal(queue.size, 1);
  });

  it('looks without taking', () => {
    const queue = new PriorityQueue();
    assert.equal(queue.peek('nothing'), 'nothing');
    assert.equal(queue.peek(), null);
    queue.push(0);
    assert.equal(queue.peek('nothing'), 0);
    assert.equal(queue.size, 1);
  });

  it('refuses to serve nothing', () => {
    assert.throws(() => new PriorityQueue().pop(), /empty/);
  });
});
