// Writes what is known of tests as JUnit XML, each with its id as property "nodeid".
'use strict';

const fs = require('node:fs');
const { legal } = require('./common.cjs');

const ORDER = ['passed', 'skipped', 'errored', 'failed', 'timed out'];
const worse = (one, other) => ORDER.indexOf(one) > ORDER.indexOf(other);

const escape = (text) => legal(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\r/g, '&#13;').replace(/\t/g, '&#9;');

const ELEMENTS = { failed: 'failure', 'timed out': 'failure', errored: 'error', skipped: 'skipped' };

function testcase(test) {
  const titles = test.id.split(' > ');
  const head = `<testcase classname="${escape(titles.slice(0, -1).join(' > '))}" name="${escape(titles[titles.length - 1])}" file="${escape(test.file)}" time="${(test.ms / 1000).toFixed(6)}"><properties><property name="nodeid" value="${escape(test.id)}"/></properties>`;
  const element = ELEMENTS[test.outcome];
  if (!element) return `${head}</testcase>`;
  const first = test.message.split('\n')[0];
  return `${head}<${element} type="${escape(/^(\w*Error)\b/.test(first) ? first.split(':')[0] : element)}" message="${escape(first.slice(0, 2000))}">${escape(test.message)}</${element}></testcase>`;
}

function write(file, results, chosen) {
  const tests = [...results.tests.values()].filter((test) => !chosen || chosen.has(test.id));
  const lines = ['<?xml version="1.0" encoding="utf-8"?>', `<testsuites><testsuite name="javascript" tests="${tests.length}">`];
  for (const [where, message] of results.collection) lines.push(`<testcase classname="" name="${escape(where)}"><error message="collection failure">${escape(message)}</error></testcase>`);
  lines.push(...tests.map(testcase), '</testsuite></testsuites>');
  fs.writeFileSync(`${file}.partial`, lines.join('\n'));
  fs.renameSync(`${file}.partial`, file);
}

module.exports = { write, worse };
