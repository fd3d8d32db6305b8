'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const { formatPrice, parsePrice, split, total } = require('../src/index.js');

test('prices are read', () => {
  assert.deepEqual(parsePrice('12.50 EUR'), { cents: 1250, currency: 'EUR' });
  assert.deepEqual(parsePrice(' 7 USD '), { cents: 700, currency: 'USD' });
  assert.deepEqual(parsePrice('-0.5 GBP'), { cents: -50, currency: 'GBP' });
});

test('what is no price is refused', () => {
  assert.throws(() => parsePrice('12,50 EUR'), TypeError);
});

test('prices are written', () => {
  assert.equal(formatPrice({ cents: 1205, currency: 'EUR' }), '€12.05');
  assert.equal(formatPrice({ cents: -99, currency: 'USD' }), '-$0.99');
  assert.equal(formatPrice({ cents: 100, currency: 'CHF' }), 'CHF 1.00');
});

test('only one currency is added', () => {
  const prices = [{ cents: 5, currency: 'EUR' }, { cents: 7, currency: 'USD' }, { cents: 11, currency: 'EUR' }];
  assert.equal(total(prices).cents, 16);
  assert.deepEqual(total(prices, 'USD'), { cents: 7, currency: 'USD' });
});

test('splitting loses nothing', async (t) => {
  await t.test('with a rest', () => {
    assert.deepEqual(split(10, 3), [4, 3, 3]);
  });

  await t.test('without', () => {
    assert.deepEqual(split(9, 3), [3, 3, 3]);
  });

  assert.throws(() => split(1, 0), RangeError);
});
