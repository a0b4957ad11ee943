import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MonitorProfile } from '../../thresholds/types.ts';
import { Clock } from '../../test/support/clock.ts';
import { PROBLEM, type Answer } from './answers.ts';
import { findSeries } from './series.ts';
import { ERRORS_TOTAL, patternsOf } from './plan.ts';
import { watch } from './watch.ts';

const QUEUES = '/queues';
const profile: MonitorProfile = {
  intervalMs: 1_000,
  timeoutMs: 2_000,
  drainMs: 2_000,
  paths: [QUEUES, '/metrics'],
  errorsPath: '/errors',
  series: [{ kind: 'queue', unit: 'entries', pattern: '^(.+)[.]queued$' }],
};
const plan = {
  series: findSeries(patternsOf(profile), new Map([[QUEUES, new Map([['langfuse.queued', 0]])]])),
  endpoints: [],
  errorsTotal: 0,
  errorsBefore: {},
};

/** Watches for so long; what was recorded, and when each endpoint was asked. */
async function watched(
  forMs: number,
  answer: (atMs: number, path: string) => Answer,
  askMs = 0,
  asks = profile,
  finds = plan,
) {
  const clock = new Clock();
  const start = clock.now();
  const asked: { path: string; atMs: number }[] = [];
  const records: { value: number; tags: Record<string, string> }[] = [];
  await clock.run(
    watch(asks, finds, {
      ask: async (path) => {
        const atMs = clock.now() - start;
        asked.push({ path, atMs });
        await clock.sleep(askMs);
        return answer(atMs, path);
      },
      record: (value, tags) => records.push({ value, tags }),
      over: () => clock.now() - start >= forMs,
      now: clock.now,
      sleep: clock.sleep,
    }),
  );
  return { asked, records, tookMs: clock.now() - start };
}

const queued = (count: number): Answer => ({
  status: 200,
  body: JSON.stringify({ langfuse: { queued: count } }),
});

test('each endpoint is asked once in an interval, and the end of the load is seen within a tenth of a second', async () => {
  const { asked, tookMs } = await watched(4_500, () => queued(1));
  const times = asked.filter(({ path }) => path === QUEUES).map(({ atMs }) => atMs);
  assert.deepEqual(times, [0, 1_000, 2_000, 3_000, 4_000]);
  assert.ok(tookMs >= 4_500 && tookMs <= 4_600, String(tookMs));
});

test('looks that take longer than the interval are not made up for', async () => {
  const { asked } = await watched(10_000, () => queued(1), 600);
  const times = asked.filter(({ path }) => path === QUEUES).map(({ atMs }) => atMs);
  // Three endpoints take 1.8 s together.
  assert.deepEqual(times, [0, 1_800, 3_600, 5_400, 7_200, 9_000]);
});

test('what a queue holds is recorded, and how it grows', async () => {
  const { records } = await watched(10_000, (atMs) => queued(atMs / 100));
  const values = records.filter(({ tags }) => tags.series === 'queue langfuse').map(({ value }) => value);
  assert.deepEqual(values, [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
  const slope = records.findLast(({ tags }) => tags.limit === 'queueGrowthPerMinute');
  assert.ok(Math.abs((slope?.value ?? 0) - 600) < 1, JSON.stringify(slope));
});

test('a target that stops answering fails nothing, and is named once', async () => {
  const { asked, records } = await watched(5_000, (atMs) =>
    atMs < 2_000 ? queued(1) : { status: 0, body: '' },
  );
  assert.equal(asked.filter(({ path }) => path === QUEUES).length, 5);
  const problem = records.findLast(({ tags }) => tags.endpoint === 'problem 0');
  assert.equal(problem?.value, PROBLEM.noAnswer);
});

test('a restart of the target takes back nothing of what limits judge', async () => {
  const limited: MonitorProfile = {
    ...profile,
    series: [{ kind: 'dropped', unit: 'entries', pattern: '^(.+)[.]dropped$' }],
  };
  const before = new Map([
    [QUEUES, new Map([['langfuse.dropped', 70]])],
    ['/errors', new Map([[ERRORS_TOTAL, 1_000]])],
  ]);
  const found = { ...plan, errorsTotal: 1_000, series: findSeries(patternsOf(limited), before) };
  const { records } = await watched(
    5_000,
    (atMs, path) => {
      const isRestarted = atMs > 2_000;
      const body =
        path === QUEUES
          ? { langfuse: { dropped: isRestarted ? 3 : 70 + Math.round(atMs / 500) } }
          : { total: isRestarted ? Math.round(atMs / 1_000) : 1_000 + Math.round(atMs / 40), errors: [] };
      return { status: 200, body: JSON.stringify(body) };
    },
    0,
    limited,
    found,
  );
  const last = (limit: string) => records.findLast(({ tags }) => tags.limit === limit)?.value;
  // 4 until the restart, 3 after it.
  assert.equal(last('dropped'), 7);
  // 50 until the restart, 1 more from the first look after it to the second.
  assert.equal(last('targetErrors'), 51);
});
