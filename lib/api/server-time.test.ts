import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerTime } from '../../thresholds/types.ts';
import { serverTimeReader } from './server-time.ts';

const read = (value: string, { header = 'X-Time', ...rule }: Partial<ServerTime> = {}) =>
  serverTimeReader({ header, ...rule })({ 'x-tIME': value });

test('a metric of Server-Timing, wherever it stands in the header', () => {
  const total = (value: string) => read(value, { metric: 'total' });
  assert.equal(total('total;dur=61.2'), 61.2);
  assert.equal(total('db;dur=53, total;desc="all, of it";dur=61.2'), 61.2);
  assert.equal(total('db;desc="total;dur=1";dur=53,total; dur = "7"'), 7);
  assert.equal(total('subtotal;dur=1, total;dur=2;desc=x, totals;dur=3'), 2);
  assert.equal(total('total, db;dur=5'), undefined);
  assert.equal(total('total;desc=x, db;dur=5'), undefined);
  assert.equal(total('db;dur=5'), undefined);
  assert.equal(read('a.b;dur=1', { metric: 'a.b' }), 1);
  assert.equal(read('axb;dur=1', { metric: 'a.b' }), undefined);
});

test('a header that is a number, in its own unit or that of the settings', () => {
  const cases: [string, Partial<ServerTime>, number | undefined][] = [
    ['12.5', {}, 12.5],
    [' 12.5 ms ', {}, 12.5],
    ['0.25', { unit: 's' }, 250],
    ['3ms', { unit: 's' }, 3],
    ['1500us', {}, 1.5],
    ['1500µs', {}, 1.5],
    ['fast', {}, undefined],
    ['-1', {}, undefined],
    ['', {}, undefined],
  ];
  for (const [value, rule, ms] of cases) assert.equal(read(value, rule), ms, value);
  assert.equal(serverTimeReader({ header: 'X-Other' })({ 'X-Time': '1' }), undefined);
});
