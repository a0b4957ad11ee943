import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ending } from '../../test/support/endings.ts';
import { describeComparison } from '../report/describe-comparison.ts';
import { textOf } from '../report/text.ts';
import { compareRuns, UnlikeRunsError } from './comparison.ts';
import { isInSeries, looksOfRuns, pairUp } from './judge-runs.ts';
import type { MeasuredRun, UnusableRun } from './measured-run.ts';
import { runOfResult } from './suite-result.ts';
import { evenLatency, loadResult, withFlag, type Changes } from '../../test/support/runs.ts';

/** A run of 1,000 requests from `low` to `low` + 100 ms: its P95 is `low` + 95. */
function run(minute: number, low: number, changes: Changes = {}): MeasuredRun | UnusableRun {
  return runOfResult(
    loadResult(minute, { all: evenLatency(1_000, low, low + 100), ...changes }),
    `${minute}.json`,
  );
}

function measured(minute: number, low = 0): MeasuredRun {
  const found = run(minute, low);
  assert.equal(found.kind, 'measured');
  return found;
}

const budget = {
  budgets: [{ level: 0.95, limit: { ms: 50 } }],
  leastSeconds: 60,
  costLimits: {},
  allowFaster: false,
  releases: false,
  force: false,
};
/** Alternating pairs whose treatment is slower by `ms`, and by 1 ms more in every second pair. */
const groups = (pairs: number, ms: number, changes?: Changes) => ({
  baseline: Array.from({ length: pairs }, (_, i) => run(4 * i, i, withFlag(false))),
  treatment: Array.from({ length: pairs }, (_, i) =>
    run(4 * i + 2, i + ms + (i % 2), withFlag(true, changes)),
  ),
});

test('one pair, and four, are INCONCLUSIVE; five pairs PASS or FAIL', () => {
  for (const [pairs, ms, kind, code] of [
    [1, 10, 'INCONCLUSIVE', 110],
    [4, 10, 'INCONCLUSIVE', 110],
    [5, 10, 'PASS', 0],
    [5, 90, 'FAIL', 99],
    [5, 49.5, 'INCONCLUSIVE', 110],
  ] as const) {
    const { baseline, treatment } = groups(pairs, ms);
    const { overhead } = compareRuns(baseline, treatment, budget);
    assert.equal(overhead.verdict.kind, kind, `${pairs} pairs, ${ms} ms`);
    assert.equal(overhead.verdict.exitCode, code);
    assert.equal(overhead.differencesMs.length, pairs);
    assert.equal(overhead.interval === null, pairs === 1);
  }
});

test('a budget that is a share stands as it was set, and in milliseconds once the baseline is known', () => {
  const share = { ...budget, budgets: [{ level: 0.95, limit: { shareOfBaseline: 0.6 } }] };
  const said = (complete: boolean) => {
    const { baseline, treatment } = groups(5, 10);
    const first = run(0, 0, withFlag(false, { run: { complete } }));
    return textOf(describeComparison(compareRuns([first, ...baseline.slice(1)], treatment, share)));
  };
  const unknown = said(false);
  assert.match(unknown, /INVALID/);
  assert.match(unknown, /Target: below 60 % of the baseline +not known/);
  assert.match(unknown, /Budget: +60 % of the baseline\n/);
  assert.doesNotMatch(unknown, / 0\.00 ms/);
  const known = said(true);
  assert.match(known, /Budget: +60 % of the baseline, 58\.\d ms\n/);
  assert.match(known, /Smaller budget that it would keep: +\S+ ms\n/, 'a comparison cannot be accepted');
});

test('what a guard ended was saved by no early stop', () => {
  const { baseline, treatment } = groups(5, 10);
  const comparison = compareRuns(baseline, treatment, budget);
  const { overhead } = comparison;
  const said = (verdict: typeof overhead.verdict) =>
    textOf(describeComparison({ ...comparison, overhead: { ...overhead, savedShare: 0.5, verdict } }));
  assert.match(said(overhead.verdict), /the early stop saved 50/);
  const invalid = { ...overhead.verdict, kind: 'INVALID', exitCode: 108 } as const;
  assert.doesNotMatch(said(invalid), /early stop saved/);
});

test('runs that loaded their target for less than is needed decide nothing by latency, only by errors', () => {
  const { code, says } = ending('compare-too-short');
  for (const [ms, leastSeconds, kind] of [
    [10, 301, 'INCONCLUSIVE'],
    [90, 301, 'INCONCLUSIVE'],
    [10, 300, 'PASS'],
    [90, 300, 'FAIL'],
  ] as const) {
    // Five runs of 60 s in each group.
    const { baseline, treatment } = groups(5, ms);
    const { verdict } = compareRuns(baseline, treatment, { ...budget, leastSeconds }).overhead;
    assert.equal(verdict.kind, kind, `${ms} ms, ${leastSeconds} s`);
    if (kind !== 'INCONCLUSIVE') continue;
    assert.equal(verdict.exitCode, code);
    assert.ok(verdict.reasons[0]?.includes(says), verdict.reasons[0]);
    assert.deepEqual([verdict.moreBlocks, verdict.moreMinutes], [1, 2]);
  }
  const { baseline, treatment } = groups(5, 10, { requests: { errorRate: 0.04 } });
  const failing = compareRuns(baseline, treatment, { ...budget, leastSeconds: 600 });
  assert.equal(failing.overhead.verdict.kind, 'FAIL');
});

test('limits on costs, which whole runs do not tell, allow no PASS unless forced', () => {
  const { code, says } = ending('compare-cost-limits');
  const question = { ...budget, costLimits: { cpuMsPerRequest: 2 } };
  const verdictOf = (ms: number, force = false) =>
    compareRuns(groups(5, ms).baseline, groups(5, ms).treatment, { ...question, force }).overhead.verdict;
  const unproven = verdictOf(10);
  assert.deepEqual([unproven.kind, unproven.exitCode], ['INCONCLUSIVE', code]);
  assert.ok(unproven.reasons[0]?.includes(says), unproven.reasons[0]);
  assert.equal(verdictOf(90).kind, 'FAIL');
  assert.equal(verdictOf(10, true).kind, 'PASS');
});

test('the overhead is that of the pooled P95s', () => {
  // Five ramps of 100 ms that start at 0…4: half of them over 1,000 samples each.
  const { baseline, treatment } = groups(5, 10);
  const { overhead } = compareRuns(baseline, treatment, budget);
  const [before, after] = overhead.arms;
  // Of the mixture of U(i, i + 100), i = 0…4: mean of (x − i)/100 = 0.95 at x = 97, all five still rising there.
  assert.ok(Math.abs((before?.p95Ms ?? 0) - 97) < 1e-6, String(before?.p95Ms));
  assert.equal(overhead.estimateMs, (after?.p95Ms ?? 0) - (before?.p95Ms ?? 0));
  assert.equal(before?.requests, 5_000);
});

test('a treatment that is much faster than everything off is INVALID, unless that is allowed or the baseline has flags', () => {
  const groupsOf = (flags: Record<string, boolean>) => ({
    baseline: Array.from({ length: 5 }, (_, i) => run(4 * i, i + 170, { configuration: { flags } })),
    treatment: Array.from({ length: 5 }, (_, i) => run(4 * i + 2, i, withFlag(true))),
  });
  const off = groupsOf({ ENABLE_OBSERVABILITY: false });
  const { verdict } = compareRuns(off.baseline, off.treatment, budget).overhead;
  // Mode runs judges its own runs by the same rules.
  for (const row of ['faster-runs-compared', 'faster-runs']) {
    const { code, says } = ending(row);
    assert.equal(verdict.exitCode, code);
    assert.ok(verdict.reasons[0]?.includes(says), verdict.reasons[0]);
  }
  const allowed = compareRuns(off.baseline, off.treatment, { ...budget, allowFaster: true });
  assert.equal(allowed.overhead.verdict.kind, 'PASS');
  const on = groupsOf({ ENABLE_OBSERVABILITY: true, TRACK_MODEL_COSTS: true });
  assert.equal(compareRuns(on.baseline, on.treatment, budget).overhead.verdict.kind, 'PASS');
});

test('more errors in the treatment FAIL, more in the baseline are INVALID', () => {
  const failing = { requests: { errorRate: 0.04 } };
  const { baseline, treatment } = groups(5, 0, failing);
  assert.equal(compareRuns(baseline, treatment, budget).overhead.verdict.kind, 'FAIL');
  assert.equal(compareRuns(treatment, baseline, budget).overhead.verdict.kind, 'INVALID');
});

test('one unusable run makes the comparison INVALID, and no number can be read', () => {
  const { baseline, treatment } = groups(5, 10);
  const broken = runOfResult(loadResult(50, { run: { complete: false } }), 'cut.json');
  const comparison = compareRuns(baseline, [...treatment.slice(1), broken], budget);
  assert.equal(comparison.overhead.verdict.exitCode, 108);
  assert.deepEqual(comparison.overhead.verdict.reasons, ['cut.json ended before its plan']);
  assert.equal(comparison.overhead.estimateMs, null);
  assert.match(
    textOf(describeComparison(comparison)),
    /INVALID {2}cut.json ended before its plan {2}\(exit code 108\)/,
  );
});

test('unlike runs are refused, and compared when forced, which the text says first', () => {
  const { baseline, treatment } = groups(5, 10, { run: { scenario: 'light' } });
  assert.throws(() => compareRuns(baseline, treatment, budget), UnlikeRunsError);
  const forced = compareRuns(baseline, treatment, { ...budget, force: true });
  assert.equal(forced.overhead.verdict.kind, 'PASS');
  assert.match(
    textOf(describeComparison(forced)),
    /\n\nUnlike, compared all the same\n {2}scenario: heavy \(0.json\), light \(2.json\)\n/,
  );
});

test('groups of two sizes are refused', () => {
  const { baseline, treatment } = groups(5, 10);
  assert.throws(() => compareRuns(baseline, treatment.slice(1), budget), /5 baseline and 4 treatment runs/);
});

test('two deployments are INCONCLUSIVE, forced or not', () => {
  const { baseline, treatment } = groups(5, 10, { configuration: { baseUrl: 'https://b.example.com' } });
  for (const force of [false, true]) {
    const { overhead } = compareRuns(baseline, treatment, { ...budget, force });
    assert.equal(overhead.verdict.kind, 'INCONCLUSIVE');
    assert.match(overhead.verdict.reasons[0] ?? '', /two deployments/);
    assert.equal(overhead.verdict.moreBlocks, null);
  }
});

test('groups that state the same flags are an A/A, and flags that are not known decide nothing', () => {
  const same = groups(5, 10, { configuration: { flags: { ENABLE_OBSERVABILITY: false } } });
  const aa = compareRuns(same.baseline, same.treatment, budget).overhead.verdict;
  assert.equal(aa.kind, 'NOISE_FLOOR');
  assert.ok(aa.reasons[0]?.includes(ending('compare-same-flags').says), aa.reasons[0]);
  assert.equal(aa.exitCode, ending('compare-same-flags').code);
  // The accepted results of a system against its latest: what differs is the release.
  const releases = compareRuns(same.baseline, same.treatment, { ...budget, releases: true });
  assert.equal(releases.overhead.verdict.kind, 'PASS');
  const slower = groups(5, 90, { configuration: { flags: { ENABLE_OBSERVABILITY: false } } });
  const worse = compareRuns(slower.baseline, slower.treatment, { ...budget, releases: true });
  assert.equal(worse.overhead.verdict.kind, 'FAIL');

  for (const [row, changes] of [
    ['compare-flags-unknown', { configuration: { flags: null, switchedBy: null } }],
    ['compare-flags-labels', { configuration: { switchedBy: 'label' } }],
  ] as const) {
    for (const ms of [10, 90]) {
      const { baseline, treatment } = groups(5, ms, changes);
      const { verdict } = compareRuns(baseline, treatment, budget).overhead;
      assert.equal(verdict.exitCode, ending(row).code, row);
      assert.ok(verdict.reasons[0]?.includes(ending(row).says), verdict.reasons[0]);
      const forced = compareRuns(baseline, treatment, { ...budget, force: true });
      assert.equal(forced.overhead.verdict.kind, ms === 10 ? 'PASS' : 'FAIL');
    }
  }
  const label = { configuration: { flags: { ENABLE_OBSERVABILITY: false }, switchedBy: 'label' } } as const;
  const labels = groups(5, 10, label);
  assert.equal(
    compareRuns(labels.baseline, labels.treatment, { ...budget, force: true }).overhead.verdict.kind,
    'NOISE_FLOOR',
  );
});

test('flags that only label a run, and groups that ran one after the other, are noted', () => {
  const flags = { ENABLE_OBSERVABILITY: true };
  const { baseline, treatment } = groups(5, 10, { configuration: { flags, switchedBy: 'label' } });
  const alternating = compareRuns(baseline, treatment, budget);
  assert.ok(alternating.notes.some((note) => note.includes('its flags only label it')));
  assert.ok(!alternating.notes.some((note) => note.includes('One group ran after the other')));
  const late = Array.from({ length: 5 }, (_, i) => run(30 + i, 10));
  assert.ok(
    compareRuns(baseline, late, budget).notes.some((note) => note.includes('One group ran after the other')),
  );
});

test('runs are paired in the order of time', () => {
  const pairs = pairUp([measured(9), measured(1)], [measured(3), measured(2)]);
  assert.deepEqual(
    pairs.map(({ baseline, treatment }) => [baseline.file, treatment.file]),
    [
      ['1.json', '2.json'],
      ['9.json', '3.json'],
    ],
  );
  assert.equal(isInSeries(pairs), false);
  assert.equal(isInSeries(pairUp([measured(1), measured(2)], [measured(3), measured(4)])), true);
  assert.equal(isInSeries(pairUp([measured(1)], [measured(2)])), false);
});

test('a series of pairs has looks from the fifth on; without early stop, and in A/A, one', () => {
  const looks = (planned: number, earlyStop: boolean, sameFlags = false) =>
    looksOfRuns({ planned, earlyStop, sameFlags, budgets: budget.budgets }).map(({ blocks }) => blocks);
  assert.deepEqual(looks(7, true), [5, 6, 7]);
  assert.deepEqual(looks(7, false), [7]);
  assert.deepEqual(looks(7, true, true), [7]);
  assert.deepEqual(looks(3, true), [3]);
});
