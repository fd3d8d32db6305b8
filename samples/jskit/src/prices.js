'use strict';

const SIGNS = { EUR: '€', GBP: '£', USD: '$' };

/** Reads "12.50 EUR" as cents and currency. */
function parsePrice(text) {
  const match = /^\s*(-?\d+)(?:\.(\d{1,2}))?\s*([A-Z]{3})\s*$/.exec(text);
  if (!match) {
    throw new TypeError(`not a price: ${text}`);
  }
  const [, whole, part = '0', currency] = match;
  const cents = Math.abs(Number.parseInt(whole, 10)) * 100 + Number.parseInt(part.padEnd(2, '0'), 10);
  return { cents: whole.startsWith('-') ? -cents : cents, currency };
}

function formatPrice({ cents, currency }) {
  const sign = cents < 0 ? '-' : '';
  const all = Math.abs(cents);
  const whole = Math.floor(all / 100);
  const part = String(all % 100).padStart(2, '0');
  return `${sign}${SIGNS[currency] ?? `${currency} `}${whole}.${part}`;
}

/** Adds prices of one currency. */
function total(prices, currency = 'EUR') {
  const own = prices.filter((price) => price.currency === currency);
  return { cents: own.reduce((sum, price) => sum + price.cents, 0), currency };
}

/** Splits cents so that nothing is lost and the first ones get the rest. */
function split(cents, people) {
  if (people < 1) {
    throw new RangeError('nobody to split between');
  }
  const share = Math.floor(cents / people);
  const rest = cents - share * people;
  return Array.from({ length: people }, (_, i) => share + (i < rest ? 1 : 0));
}

module.exports = { formatPrice, parsePrice, split, total };
