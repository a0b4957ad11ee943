import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { summaryOf } from './describe-change.ts';
import { againstAccepted } from './accepted.ts';
import {
  experimentOf,
  fileOf,
  historyOf,
  noise,
  resultOf,
  trendProfile as profile,
} from '../../test/support/history.ts';
import { newIn, trendOf, type Trend } from './trend.ts';

const runs = (...levels: [p95Ms: number, count: number][]) =>
  levels
    .flatMap(([p95Ms, count]) => Array<number>(count).fill(p95Ms))
    .map((p95Ms, i) => resultOf(i, p95Ms + noise(i)));

const ask = (results: Parameters<typeof historyOf>[0], accepted: readonly string[] = []): Trend =>
  trendOf(historyOf(results), { by: 'commit', profile, accepted: new Set(accepted) });

test('a worsening that is new ends with 99, and names its commit', () => {
  const trend = ask(runs([50, 8], [70, 4]));
  assert.equal(trend.exitCode, 99);
  const [p95] = trend.lines[0]?.metrics ?? [];
  assert.ok(p95);
  const [change] = newIn(p95.changes);
  assert.equal(p95.entries[change?.index ?? -1]?.result.run.commit?.slice(0, 7), '008ffff');
});

test('nothing new ends with 0, nothing at all and too few runs with 110', () => {
  assert.equal(ask(runs([50, 12])).exitCode, 0);
  assert.equal(ask(runs([50, 8], [70, 4]), [fileOf(9)]).exitCode, 0);
  assert.equal(ask([]).exitCode, 110);
  assert.equal(ask([resultOf(1, 50, { run: { complete: false } })]).exitCode, 110);
  const short = ask(runs([50, 2], [90, 2]));
  assert.equal(short.lines[0]?.metrics[0]?.changes, null);
  const { code, says } = ending('trend-too-short');
  assert.equal(short.exitCode, code);
  assert.ok(summaryOf(short, profile.leastRuns).includes(says));
  const question = { by: 'commit', profile, accepted: new Set<string>(), allowShort: true } as const;
  assert.equal(trendOf(historyOf(runs([50, 2], [90, 2])), question).exitCode, 0);
  assert.equal(trendOf(historyOf(runs([50, 8], [70, 4])), question).exitCode, 99);
  assert.equal(trendOf([], question).exitCode, 110);
});

test('overhead is followed with the P95 of the treatment and the error rate', () => {
  const experiments = Array.from({ length: 12 }, (_, i) => experimentOf(i, (i < 7 ? 20 : 60) + noise(i)));
  const trend = ask(experiments);
  assert.deepEqual(
    trend.lines[0]?.metrics.map(({ metric, changes }) => [metric.name, changes?.length]),
    [
      ['p95', 0],
      ['overhead', 1],
      ['errors', 0],
    ],
  );
  assert.equal(trend.exitCode, 99);
});

test('a search for the capacity overloads the target on purpose: nothing of it is followed', () => {
  const load = { shape: 'capacity', ceilingPerSecond: 500 };
  const trend = ask(
    runs([50, 8]).map((result) => ({ ...result, configuration: { ...result.configuration, load } })),
  );
  assert.equal(trend.leftOut[0], '0.json has no P95, overhead or error rate to follow');
  assert.equal(trend.exitCode, 110);
});

test('what is no point of a line is named with its file', () => {
  const trend = ask([...runs([50, 6]), resultOf(9, 50, { run: { complete: false } })]);
  assert.deepEqual(trend.leftOut, ['6.json ended before its plan']);
  assert.equal(trend.lines[0]?.entries.length, 6);
});

test('results without a commit, and a clock that went back, are said', () => {
  const none = { run: { commit: null } };
  const { notes } = ask([resultOf(5, 50, none), resultOf(3, 50, none)]);
  assert.match(notes.join('\n'), /1 results started before.*\n2 results name no commit/);
});

const against = (p95Ms: number, results = runs([50, 10]), accepted: readonly string[] = []) => {
  const found = againstAccepted(resultOf(59, p95Ms), historyOf(results), new Set(accepted), profile);
  return { ...found, p95: found.differences.find(({ metric }) => metric.name === 'p95') };
};

test('a run against the accepted runs: worse, better, and one of them', () => {
  assert.equal(against(60).p95?.reading, 'worse');
  assert.equal(against(40).p95?.reading, 'better');
  assert.equal(against(50.3).p95?.reading, 'within the spread');
  assert.equal(against(52.2).p95?.reading, 'small');
  assert.equal(against(60).p95?.runs, 10);
  assert.equal(
    against(60).runs,
    '10 accepted runs, 000ffff of 2026-01-01 12:00 to 009ffff of 2026-01-01 12:09',
  );
});

test('a first failed request is no worsening where none failed before', () => {
  const result = resultOf(59, 50, { requests: { errorRate: 0.001, successful: 999 } });
  const { differences } = againstAccepted(result, historyOf(runs([50, 10])), new Set(), profile);
  assert.equal(differences.find(({ metric }) => metric.name === 'errors')?.reading, 'small');
});

test('the accepted runs are those of the level of the baseline, without one of the latest level', () => {
  const changed = runs([50, 10], [70, 6]);
  assert.equal(against(70, changed).p95?.reading, 'within the spread');
  assert.equal(against(70, changed, [fileOf(4)]).p95?.reading, 'worse');
  assert.equal(against(70, changed, [fileOf(12)]).p95?.reading, 'within the spread');
});

test('one accepted run gives no interval, none nothing, and the run itself does not count', () => {
  assert.equal(against(60, runs([50, 1])).p95?.reading, 'not known');
  assert.deepEqual(against(60, []), {
    runs: 'no accepted run of this kind yet',
    differences: [],
    p95: undefined,
  });
  assert.equal(against(60, [resultOf(59, 60)]).differences.length, 0);
  assert.equal(against(60, [resultOf(1, 60, { run: { machineClass: 'other' } })]).differences.length, 0);
});
