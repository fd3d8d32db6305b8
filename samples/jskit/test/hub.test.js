'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { Hub, retry } = require('../src/index.js');

test('listeners are waited for in their order', async () => {
  const hub = new Hub();
  const seen = [];
  hub.on('save', async (value) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    seen.push(`slow ${value}`);
    return 1;
  });
  hub.on('save', (value) => {
    seen.push(`quick ${value}`);
    return 2;
  });
  assert.deepEqual(await hub.emit('save', 'x'), [1, 2]);
  assert.deepEqual(seen, ['slow x', 'quick x']);
});

test('a listener for one time is gone after it', async () => {
  const hub = new Hub();
  let count = 0;
  hub.on('tick', () => count++, { once: true });
  await hub.emit('tick');
  await hub.emit('tick');
  assert.equal(count, 1);
  assert.equal(hub.listeners.has('tick'), false);
});

test('a listener can leave', async () => {
  const hub = new Hub();
  const leave = hub.on('a', () => 'gone');
  hub.on('a', () => 'here');
  leave();
  assert.deepEqual(await hub.emit('a'), ['here']);
  assert.deepEqual(await hub.emit('nobody'), []);
});

test('retry gives the first success and the last error', async () => {
  assert.equal(await retry(async (i) => (i < 2 ? Promise.reject(new Error('no')) : `at ${i}`)), 'at 2');
  await assert.rejects(retry((i) => Promise.reject(new Error(`failure ${i}`)), 2), /failure 1/);
});
