import assert from 'node:assert/strict';
import { test } from 'node:test';
import { echoGuard } from './guards.ts';
import type { ArmMeasurement } from './measurement.ts';
import { armOfP95s } from '../../test/support/arms.ts';
import { decidingBounds, estimate, overheadContrast } from './estimate.ts';
import { planLooks } from '../statistics/spending.ts';
import { isSettled, judge, type Evidence, type Verdict } from './verdict.ts';

/** Noise of mean 0 and sample standard deviation `size`, symmetric. */
function noise(blocks: number, size: number): number[] {
  const even = blocks - (blocks % 2);
  const deviation = blocks % 2 === 0 ? size * Math.sqrt((blocks - 1) / blocks) : size;
  return Array.from({ length: blocks }, (_, b) => (b >= even ? 0 : b % 2 === 0 ? deviation : -deviation));
}

/** Two arms whose blocks differ by `overhead` plus `noise`. */
function arms(overhead: number, blocks = 20, size = 5): ArmMeasurement[] {
  const spread = noise(blocks, size);
  return [
    armOfP95s('off', Array<number>(blocks).fill(100)),
    armOfP95s(
      'on',
      spread.map((deviation) => 100 + overhead + deviation),
    ),
  ];
}

const evidence = (measured: ArmMeasurement[], changes: Partial<Evidence> = {}): Evidence => ({
  arms: measured,
  baseline: 'off',
  treatment: 'on',
  budgets: [{ level: 0.95, limit: { ms: 150 } }],
  mode: 'toggle',
  looks: planLooks(20, 5, false),
  guards: [],
  sameFlags: false,
  ...changes,
});
const kind = (measured: ArmMeasurement[], changes: Partial<Evidence> = {}) =>
  judge(evidence(measured, changes)).kind;
const withErrors = (measured: ArmMeasurement[], off: number, on: number) =>
  measured.map((arm) => ({ ...arm, errors: arm.name === 'off' ? off : on }));

/** How far the bounds lie from the number, in 20 blocks that spread by 5. */
const { below, above, value } = (() => {
  const estimated = estimate(arms(150), overheadContrast('off', 'on'));
  const bounds = decidingBounds(estimated, 0.05);
  assert.ok(bounds);
  const { value: number } = estimated;
  return { below: number - bounds.lower, above: bounds.upper - number, value: number };
})();
/** The overhead of the arms lies beside that of their blocks by so much: noise moves P95 of all requests up. */
const ASIDE = value - 150;

test('PASS below the budget, FAIL above, INCONCLUSIVE between, at the bounds from both sides', () => {
  assert.ok(below > 0.2 && above > 0.2 && below < 10 && above < 10, `${below} ${above}`);
  assert.equal(kind(arms(150 - ASIDE - above - 0.001)), 'PASS');
  assert.equal(kind(arms(150 - ASIDE - above + 0.001)), 'INCONCLUSIVE');
  assert.equal(kind(arms(150 - ASIDE + below - 0.001)), 'INCONCLUSIVE');
  assert.equal(kind(arms(150 - ASIDE + below + 0.001)), 'FAIL');
});

test('a guard that does not hold makes it INVALID, whatever the numbers say', () => {
  const verdict = judge(
    evidence(withErrors(arms(500), 0, 4000), { guards: [echoGuard(0, 10), echoGuard(7, 10)] }),
  );
  assert.ok(verdict.kind === 'INVALID');
  assert.equal(verdict.reasons.length, 1);
  const broken = arms(10).map((arm) => ({ ...arm, p95: NaN }));
  assert.equal(kind(broken, { guards: [echoGuard(7, 10)] }), 'INVALID');
  assert.throws(() => kind(broken), /P95 of arm "off" is NaN/);
});

test('more errors in the treatment FAIL before a PASS', () => {
  const verdict = judge(evidence(withErrors(arms(10), 0, 40)));
  assert.ok(verdict.kind === 'FAIL' && verdict.cause === 'errors');
  assert.match(verdict.reason, /1\.00 % of the requests of arm "on" failed, 0\.00 % of "off"/);
  assert.equal(kind(withErrors(arms(10), 0, 20)), 'FAIL');
  assert.equal(kind(withErrors(arms(10), 0, 19)), 'PASS');
});

test('an early look asks for more, of latency and of errors', () => {
  const looks = planLooks(20, 5, true);
  const early = (measured: ArmMeasurement[]) => kind(measured, { looks });
  assert.equal(early(arms(147 - ASIDE, 5)), 'INCONCLUSIVE');
  assert.equal(early(arms(147 - ASIDE, 20)), 'PASS');
  assert.equal(early(arms(20, 5)), 'PASS');
  // 8 of 1,000 against none: p = 0.004, enough at the end and too little at the first look.
  assert.equal(early(withErrors(arms(20, 5), 0, 8)), 'PASS');
  assert.equal(kind(withErrors(arms(20, 5), 0, 8), { looks: planLooks(5, 5, false) }), 'FAIL');
  assert.equal(early(withErrors(arms(20, 5), 0, 900)), 'FAIL');
});

test('between looks nothing is decided', () => {
  const verdict = judge(evidence(arms(20, 12)));
  assert.ok(verdict.kind === 'INCONCLUSIVE');
  assert.match(verdict.reason, /no look is planned after block 12/);
});

test('too few blocks decide nothing: one pair never does', () => {
  for (const mode of ['toggle', 'runs'] as const) {
    for (const blocks of [1, 2, 4]) {
      assert.equal(
        kind(arms(500, blocks, 0.1), { mode, looks: planLooks(blocks, 1, false) }),
        'INCONCLUSIVE',
      );
    }
    assert.equal(kind(arms(500, 5, 0.1), { mode, looks: planLooks(5, 5, false) }), 'FAIL');
  }
  const pair = judge(
    evidence(withErrors(arms(500, 1), 0, 200), { mode: 'runs', looks: planLooks(1, 1, false) }),
  );
  assert.ok(pair.kind === 'INCONCLUSIVE');
  assert.equal(pair.reason, '1 measured of the at least 5 pairs of runs that are needed');
  assert.equal(pair.moreBlocks, 4);
});

test('header mode can FAIL and never PASS, and needs 20 blocks', () => {
  assert.equal(kind(arms(10), { mode: 'header' }), 'INCONCLUSIVE');
  assert.equal(kind(arms(200), { mode: 'header' }), 'FAIL');
  assert.equal(kind(withErrors(arms(10), 0, 400), { mode: 'header' }), 'FAIL');
  assert.equal(kind(arms(200, 19), { mode: 'header', looks: planLooks(19, 5, false) }), 'INCONCLUSIVE');
  const verdict = judge(evidence(arms(10), { mode: 'header' }));
  assert.ok(verdict.kind === 'INCONCLUSIVE' && verdict.moreBlocks === null);
});

test('an A/A run is a NOISE FLOOR, never a PASS, and goes on to its end', () => {
  const verdict = judge(evidence(arms(0.5), { sameFlags: true }));
  assert.ok(verdict.kind === 'NOISE_FLOOR');
  // As far again as t(19) at 0.1 is of t(19) at 0.05.
  assert.ok(Math.abs(verdict.floor - ((below + above) / 2) * (1 + 1.3277 / 1.7291)) < 0.001);
  assert.equal(isSettled(verdict), false);
  assert.equal(kind(arms(0.5), { sameFlags: true, guards: [echoGuard(1, 10)] }), 'INVALID');
  assert.equal(kind(arms(0.5, 1), { sameFlags: true, looks: planLooks(1, 1, false) }), 'INCONCLUSIVE');
});

test('a reservation keeps any comparison INCONCLUSIVE', () => {
  const reservation = 'the arms are two deployments: their difference is in the overhead';
  const verdict = judge(evidence(arms(500), { reservation }));
  assert.ok(verdict.kind === 'INCONCLUSIVE' && verdict.moreBlocks === null);
  assert.equal(verdict.reason, reservation);
});

test('as many more blocks as it says do settle it, and one fewer does not', () => {
  const verdict = judge(evidence(arms(150 - ASIDE - 1, 20)));
  assert.ok(verdict.kind === 'INCONCLUSIVE' && verdict.moreBlocks !== null);
  const estimated = verdict.estimate;
  const tail = planLooks(20, 5, false)[0]?.tail ?? NaN;
  const upper = (blocks: number) => decidingBounds(estimated, tail, blocks)?.upper ?? NaN;
  const total = 20 + verdict.moreBlocks;
  assert.ok(upper(total) < 150 && upper(total - 1) >= 150, `${total}`);
  const close = judge(evidence(arms(150 - ASIDE - 0.001)));
  assert.ok(close.kind === 'INCONCLUSIVE' && close.moreBlocks === null);
});

test('what rests on few slow spells is told as rough', () => {
  const stall = (count: number) => Array.from({ length: 20 }, (_, b) => (b < count ? 500 : 100));
  const roughly = (count: number) => {
    const verdict = judge(evidence([armOfP95s('off', stall(0)), armOfP95s('on', stall(count))]));
    return verdict.kind === 'INCONCLUSIVE' && verdict.isRough;
  };
  assert.equal(roughly(2), true);
  const spread = judge(evidence(arms(150 - ASIDE - 1)));
  assert.ok(spread.kind === 'INCONCLUSIVE' && !spread.isRough);
});

const at = (level: number, ms: number) => ({ level, limit: { ms } });

test('of several budgets PASS needs all, and one that is crossed is FAIL and named', () => {
  const several = (...budgets: Evidence['budgets'][number][]) =>
    judge(evidence(arms(100), { budgets, looks: planLooks(20, 5, false, budgets.length) }));
  const kept = several(at(0.95, 150), at(0.5, 150), at(0.99, 150));
  assert.ok(kept.kind === 'PASS');
  const crossed = several(at(0.95, 150), at(0.5, 50), at(0.99, 60));
  assert.ok(crossed.kind === 'FAIL');
  assert.match(
    crossed.reason,
    /^the overhead at P50 is above .*, the budget is 50\.0 ms; the overhead at P99 is above/,
  );
  const open = several(at(0.95, 150), at(0.99, kept.budgets[2]?.overheadMs ?? NaN));
  assert.ok(open.kind === 'INCONCLUSIVE');
  assert.match(open.reason, /^the overhead at P99 lies between .* which includes the budget of/);
});

test('each of several budgets has its part of the error: what crosses one alone does not cross it among three', () => {
  const least = (limits: number) => {
    const looks = planLooks(20, 5, false, limits);
    const others = [at(0.5, 1_000), at(0.99, 1_000)].slice(0, limits - 1);
    const budgets = [at(0.95, 150), ...others];
    const overhead = Array.from({ length: 80 }, (_, i) => 150 - ASIDE + i / 10);
    return overhead.find((ms) => kind(arms(ms), { budgets, looks }) === 'FAIL') ?? NaN;
  };
  assert.ok(least(3) > least(1) + 0.2, `${least(1)} ${least(3)}`);
  // All have to keep theirs, so that none needs more evidence for that.
  const highest = (limits: number) => {
    const looks = planLooks(20, 5, false, limits);
    const budgets = [at(0.95, 150), at(0.5, 1_000), at(0.99, 1_000)].slice(0, limits);
    const overhead = Array.from({ length: 80 }, (_, i) => 150 - ASIDE - i / 10);
    return overhead.find((ms) => kind(arms(ms), { budgets, looks }) === 'PASS');
  };
  assert.equal(highest(3), highest(1));
});

test('a share of the baseline moves with it', () => {
  const share = [{ level: 0.95, limit: { shareOfBaseline: 0.5 } }];
  const [off, on] = [armOfP95s('off', Array<number>(20).fill(100)), arms(40)[1]];
  assert.ok(on);
  assert.equal(kind([off, on], { budgets: share }), 'PASS');
  assert.equal(kind([armOfP95s('off', Array<number>(20).fill(80)), on], { budgets: share }), 'FAIL');
});

test('only PASS, FAIL and INVALID end an experiment', () => {
  const settled = (verdict: Verdict) => isSettled(verdict);
  assert.equal(settled(judge(evidence(arms(10)))), true);
  assert.equal(settled(judge(evidence(arms(300)))), true);
  assert.equal(settled(judge(evidence(arms(10), { guards: [echoGuard(1, 1)] }))), true);
  assert.equal(settled(judge(evidence(arms(150 - ASIDE)))), false);
});
