import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flagsFrom } from '../flags.ts';
import { InjectionLog, logColumns, type LogEntry } from './log.ts';

const id = (digit: string): string => `0cec902c-1c38-4eea-b70d-9b113582568${digit}`;

const entry = (executionId: string): LogEntry => ({
  executionId,
  status: 200,
  startMs: 1_000,
  totalMs: 12.345678,
  flags: flagsFrom((name) => name === 'TRACK_MODEL_COSTS'),
  injected: { TRACK_MODEL_COSTS: 5.00049 },
});

const ids = (log: InjectionLog, since: number): unknown[] =>
  [...log.lines(since)].slice(1).map((line) => (JSON.parse(line) as unknown[])[1]);

test('a line has a value for each column', () => {
  const log = new InjectionLog(3);
  log.add(entry(id('a')));
  const [columns, line] = [...log.lines(0)].map((text) => JSON.parse(text) as unknown[]);
  assert.deepEqual(columns, logColumns);
  const row = Object.fromEntries(logColumns.map((column, index) => [column, line?.[index]]));
  assert.deepEqual([row.seq, row.executionId, row.status, row.totalMs], [0, id('a'), 200, 12.346]);
  assert.deepEqual([row.TRACK_MODEL_COSTS, row.ENABLE_OBSERVABILITY], [1, 0]);
  assert.deepEqual([row['injected.TRACK_MODEL_COSTS'], row['injected.base']], [5, 0]);
});

test('old entries are overwritten; since skips what was seen', () => {
  const log = new InjectionLog(3);
  for (const digit of ['a', 'b', 'c', 'd']) log.add(entry(id(digit)));
  assert.equal(log.next, 4);
  assert.deepEqual(ids(log, 0), [id('b'), id('c'), id('d')]);
  assert.deepEqual(ids(log, 3), [id('d')]);
  assert.deepEqual(ids(log, 4), []);
});
