import assert from 'node:assert/strict';
import { test } from 'node:test';
import { attributionResult, experimentResult, loadResult } from '../../test/support/results.ts';
import type { RunResult } from '../result/run-result.ts';
import { describe } from './describe.ts';
import { terminalOf, terminalText, type Terminal } from './terminal.ts';

const terminalReport = (result: RunResult, terminal: Terminal) => terminalText(describe(result), terminal);

const ANSI = /\u001b\[[0-9;]*m/g; // eslint-disable-line no-control-regex

test('a terminal of its own width, in colour unless that is refused; where there is none, no such report', () => {
  const on = { options: { noColor: false }, state: { isStdOutTTY: true } };
  assert.equal(terminalOf({ state: { isStdOutTTY: false } }, {}), null);
  assert.equal(terminalOf({ state: {} }, { COLUMNS: '120' }), null);
  assert.deepEqual(terminalOf(on, { COLUMNS: '120' }), { width: 120, colours: true });
  assert.deepEqual(terminalOf(on, { COLUMNS: '7' }), { width: 40, colours: true });
  assert.deepEqual(terminalOf(on, { COLUMNS: 'wide' }), { width: 80, colours: true });
  assert.equal(terminalOf({ ...on, options: { noColor: true } }, {})?.colours, false);
  assert.equal(terminalOf(on, { NO_COLOR: '1' })?.colours, false);
  assert.equal(terminalOf(on, { NO_COLOR: '' })?.colours, true);
  assert.equal(terminalOf(on, { TERM: 'dumb' })?.colours, false);
});

for (const [name, result] of [
  ['load', loadResult()],
  ['experiment', experimentResult()],
  ['attribution', attributionResult()],
] as const) {
  test(`${name}: the verdict, its numbers, what to change; no line is wider than the terminal`, () => {
    for (const width of [40, 80, 200]) {
      const text = terminalReport(result, { width, colours: false });
      assert.doesNotMatch(text, ANSI);
      assert.ok(
        text.split('\n').every((line) => line.length <= width),
        text,
      );
      assert.match(text, /^k6-overhead {2}/);
      assert.match(text, /^(FAILED|PASS) {2}/m);
      assert.match(text, /Give the queue a limit/);
      const coloured = terminalReport(result, { width, colours: true });
      assert.match(coloured, ANSI);
      assert.equal(coloured.replaceAll(ANSI, ''), text);
    }
  });
}

test('a table of gates: what was seen and what was asked for', () => {
  const text = terminalReport(loadResult(), { width: 120, colours: false });
  assert.match(text, /FAILED +P95 of successful requests +< 150\.0 ms +\d+\.\d ms/);
  assert.match(text, /TOO FEW SAMPLES +Requests +>= 20 +no samples/);
});

test('an attribution: which flag costs what', () => {
  const text = terminalReport(attributionResult(), { width: 120, colours: false });
  assert.match(text, /ENABLE_SIMILARITY_LOGGING +61\.3 ms +53\.2 ms to 69\.4 ms +a cause/);
  assert.match(text, /observability without flags +4\.90 ms +.* may be chance/);
});

test('hostile strings come out as text, and a word of any length fits', () => {
  const result = loadResult();
  const [one] = result.recommendations;
  assert.ok(one);
  const evidence = ['\u001b[31mred\n' + 'x'.repeat(200)];
  const text = terminalReport(
    { ...result, recommendations: [{ ...one, evidence }] },
    { width: 50, colours: false },
  );
  assert.doesNotMatch(text, ANSI);
  assert.ok(text.split('\n').every((line) => line.length <= 50));
});
