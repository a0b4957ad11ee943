import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { jUnit, type SummaryData } from 'k6-jslib-summary';
import { elementsOf, type Element } from '../../../test/support/xml.ts';
import { jUnitXml } from './junit-xml.ts';

const thresholds = JSON.parse(
  readFileSync(new URL('../../../test/golden/jslib/thresholds.json', import.meta.url), 'utf8'),
) as SummaryData;

function attributesOf(elements: Element[], name: string, attribute: string): (string | undefined)[] {
  return elements.filter((one) => one.name === name).map((one) => one.attributes[attribute]);
}

test('a real run has a case for each threshold and check, the failed ones marked', () => {
  const elements = elementsOf(jUnit(thresholds));
  assert.deepEqual(attributesOf(elements, 'testsuite', 'name'), ['k6 thresholds', 'k6 checks']);
  assert.deepEqual(attributesOf(elements, 'testsuite', 'tests'), ['12', '10']);
  assert.deepEqual(attributesOf(elements, 'testsuite', 'failures'), ['5', '4']);
  assert.deepEqual(attributesOf(elements, 'testsuites', 'tests'), ['22']);
  assert.deepEqual(attributesOf(elements, 'testsuites', 'failures'), ['9']);
  assert.deepEqual(attributesOf(elements, 'testcase', 'name'), [
    'checks - rate>0.99',
    'data_sent{arm:on} - count>0',
    'empty_trend - p(95)<1',
    'http_req_duration - avg<0.001',
    'http_req_duration - p(95)<500',
    'http_req_duration{arm:on} - p(95)<900',
    'http_req_failed - rate<0.01',
    'http_reqs{nothing:here} - count>5',
    'my_counter - count>1',
    'my_gauge - value<1',
    'my_rate{x:y} - rate>0.5',
    'vus - value>=0',
    'status is 200',
    'always',
    'setup::in setup',
    'outer::never',
    'outer::has body',
    'outer::inner::inner ok',
    'outer::inner::sometimes',
    'outer::other::z-late',
    'outer::other::a-early',
    'no checks but child::child::one',
  ]);
  const failed = elements.filter((_, i) => elements.at(i + 1)?.name === 'failure');
  assert.deepEqual(attributesOf(failed, 'testcase', 'name'), [
    'checks - rate>0.99',
    'http_req_duration - avg<0.001',
    'http_req_failed - rate<0.01',
    'http_reqs{nothing:here} - count>5',
    'my_gauge - value<1',
    'status is 200',
    'outer::never',
    'outer::has body',
    'outer::inner::sometimes',
  ]);
});

const noChecks = { name: '', groups: [], checks: [] };

test('a failed threshold names the value that it judged, not the thousand others', () => {
  const values = { avg: 1, 'p(95)': 612.5, max: 900 };
  const xml = jUnit({
    root_group: noChecks,
    metrics: {
      t1: { type: 'trend', contains: 'time', values, thresholds: { 'p(95) < 500': { ok: false } } },
      t2: { type: 'trend', contains: 'time', values, thresholds: { 'p(99)<500': { ok: false } } },
    },
  });
  assert.deepEqual(attributesOf(elementsOf(xml), 'failure', 'message'), [
    'trend threshold failed: p(95) value: 612.5',
    'trend threshold failed: avg value: 1, max value: 900, p(95) value: 612.5',
  ]);
});

test('a failed check says how often', () => {
  const root_group = { ...noChecks, checks: [{ name: 'up', passes: 98, fails: 2 }] };
  assert.deepEqual(attributesOf(elementsOf(jUnit({ root_group, metrics: {} })), 'failure', 'message'), [
    'check failed 2 of 100 times',
  ]);
});

test('suite and class are the caller’s', () => {
  const elements = elementsOf(jUnit(thresholds, { name: 'heavy & "staging"', classname: "load/<it's>" }));
  assert.deepEqual(attributesOf(elements, 'testsuite', 'name'), ['heavy & "staging"', 'k6 checks']);
  assert.deepEqual(new Set(attributesOf(elements, 'testcase', 'classname')), new Set(["load/<it's>"]));
});

test('nothing measured is a well-formed report without cases', () => {
  const elements = elementsOf(jUnit({ root_group: noChecks, metrics: {} }));
  assert.deepEqual(attributesOf(elements, 'testsuite', 'tests'), ['0', '0']);
  assert.deepEqual(attributesOf(elements, 'testcase', 'name'), []);
});

/** Every UTF-16 code unit once, so that each control character and each lone surrogate is among them. */
const everyCodeUnit = Array.from({ length: 0x1_0000 }, (_, unit) => `${String.fromCharCode(unit)},`).join('');

test('any text at all comes out as well-formed XML, and what XML allows comes back unchanged', () => {
  const hostile = `</testcase><x a="'&amp;]]>\u001b[31m ${everyCodeUnit} 😀 \t\r\n`;
  const xml = jUnitXml([{ name: hostile, cases: [{ name: hostile, classname: hostile, failure: hostile }] }]);
  // Allowed are Char of XML 1.0 without the controls that it discourages (section 2.2).
  const kept = hostile.replace(/[^\t\n\r\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
  // A lone surrogate does not survive UTF-8, in which the file is written.
  assert.equal(Buffer.from(xml, 'utf8').toString('utf8'), xml);
  const elements = elementsOf(xml);
  assert.deepEqual(
    elements.map((element) => element.name),
    ['testsuites', 'testsuite', 'testcase', 'failure'],
  );
  const [, suite, testcase, failure] = elements;
  assert.equal(suite?.attributes.name, kept);
  assert.equal(testcase?.attributes.name, kept);
  assert.equal(testcase.attributes.classname, kept);
  assert.equal(failure?.attributes.message, kept);
});

test('the parser of these tests refuses what the writer must avoid', () => {
  for (const broken of ['<a b="\u001b"/>', '<a b="\uffff"/>', '<a b="&"/>', '<a b="<"/>', '<a><b></a>']) {
    assert.throws(() => elementsOf(broken));
  }
});
