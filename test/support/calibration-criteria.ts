/** What the statistics must be able to do, each measured by simulation, and each with a wrong estimator that is not. */
import { median } from 'simple-statistics';
import { armName, combinationsOf } from '../../lib/config/arms.ts';
import type { Budget } from '../../lib/config/budgets.ts';
import { attribute } from '../../lib/experiment/attribution.ts';
import { correlationsOf, curveOf } from '../../lib/experiment/curve.ts';
import { carryOver } from '../../lib/experiment/carry-over.ts';
import { estimate, overheadContrast } from '../../lib/experiment/estimate.ts';
import type { ArmMeasurement, Visit } from '../../lib/experiment/measurement.ts';
import { judge, type Evidence, type Verdict } from '../../lib/experiment/verdict.ts';
import { LEAST_BLOCKS, LEAST_REQUESTS } from '../../lib/config/experiment-plan.ts';
import { binomialTail } from './binomial.ts';
import type { Bounds } from '../../lib/statistics/contrast.ts';
import { seeded, type Random } from '../../lib/statistics/random.ts';
import { planLooks, type Look } from '../../lib/statistics/spending.ts';
import { NO_ANSWER_MS } from './arms.ts';
import {
  centreOf,
  measuredAfter,
  simulate,
  trueOverhead,
  type Effect,
  type Session,
  type Simulated,
  type Stalls,
} from './simulate.ts';
import {
  ARM_SECONDS,
  CARRY_ARMS,
  SETTLE_SECONDS,
  simulateVisits,
  type Delay,
} from './simulate-carry-over.ts';
import { simulateArms } from './simulate-arms.ts';
import { independentInterval, studentInterval } from './wrong-estimators.ts';

/** One property that the statistics must have. */
export interface BarResult {
  /** Which bar, and in which case. */
  readonly name: string;
  /** A share of the replicates, 0…1, or a ratio. */
  readonly measured: number;
  /** Least and most that the bar allows. */
  readonly limit: readonly [number, number];
  /** Within the limit, or no farther outside than chance explains. */
  readonly met: boolean;
  /** Met, but outside the limit: so few replicates cannot tell. */
  readonly byChance: boolean;
  /** A wrong estimator, which must not meet the bar. */
  readonly isControl: boolean;
  /** Why this case is known to miss its bar; undefined for all others. */
  readonly known?: string;
}

/** The size at which the limits are meant: chance explains about 1.5 points there. */
export const FULL_SIZE = 2000;
/**
 * A share is refuted when a true share at the limit gives one so far outside with less probability (exact binomial). Of a
 * hundred bars one in ten thousand is refuted by chance.
 */
const CHANCE = 0.001;

interface Case {
  readonly name: string;
  /** In a short form one replicate in so many is drawn: cases that take long. */
  readonly weight?: number;
  readonly run: (replicates: number, random: Random) => BarResult[];
}

/**
 * Runs all criteria that need no server, each case with a seed of its own.
 * @param replicates sessions per case, for example FULL_SIZE or 60
 * @param onProgress after each case: how many of how many are done
 */
export function runCalibration(
  replicates: number,
  onProgress?: (done: number, all: number) => void,
  only: (name: string) => boolean = () => true,
): BarResult[] {
  const cases = [
    ...nullCases(),
    ...coverageCases(),
    ...budgetCases(),
    ...stopCases(),
    ...clusterCases(),
    ...toldCases(),
    ...carryOverCases(),
    ...pairCases(),
    ...costCases(),
    ...budgetsCases(),
    ...blameCases(),
  ].filter(({ name }) => only(name));
  return cases.flatMap(({ name, run, weight = 1 }, i) => {
    const size = replicates >= FULL_SIZE ? replicates : Math.max(20, Math.round(replicates / weight));
    const results = run(size, seeded(`bars/${name}`));
    onProgress?.(i + 1, cases.length);
    return results;
  });
}

const plain: Omit<Session, 'blocks' | 'effect'> = { requests: 250, correlation: 0, ramp: 0, order: 'random' };
const contrast = overheadContrast('baseline', 'treatment');
const intervalOf = (arms: readonly ArmMeasurement[]) => estimate(arms, contrast).interval;

/** 1. Nothing differs: the interval excludes 0 seldom, and is no wider than it must be. */
function nullCases(): Case[] {
  const cases = [0, 0.6].flatMap((correlation) =>
    [0, 0.3].flatMap((ramp) =>
      [5, 10, 20, 40].map((blocks): Case => {
        const name = `1 A/A excludes 0: correlation ${correlation}, ramp ${ramp}, ${blocks} blocks`;
        const session: Session = { ...plain, correlation, ramp, blocks, effect: { kind: 'none' } };
        const run = (replicates: number, random: Random) => {
          const ratios: number[] = [];
          const excluded = repeat(replicates, () => {
            const arms = draw(session, random);
            const [ours, student] = [intervalOf(arms), studentInterval(arms)];
            ratios.push(widthOf(ours) / widthOf(student));
            return !includes(ours, 0);
          });
          const width = `1 A/A width against t over blocks: correlation ${correlation}, ramp ${ramp}, ${blocks} blocks`;
          return [share(name, excluded, [0, 0.055]), middle(width, ratios, [0, 1.15])];
        };
        return { name, run };
      }),
    ),
  );
  const session: Session = { ...plain, correlation: 0.6, blocks: 20, effect: { kind: 'none' } };
  const control = controlCase(
    '1 A/A excludes 0: requests taken as independent',
    [0, 0.055],
    (random) => !includes(independentInterval(draw(session, random)), 0),
  );
  return [...cases, control];
}

const wholeEffects: readonly Effect[] = [
  { kind: 'constant', ms: 50 },
  { kind: 'exponential', mean: 60 },
  { kind: 'multiplied', by: 1.2 },
];
const partialEffects: readonly Effect[] = [50, 100, 200, 500].flatMap((ms) =>
  [0.03, 0.04, 0.05, 0.06, 0.07].map((of): Effect => ({ kind: 'partial', share: of, ms })),
);
const COVERAGE_BLOCKS = [5, 8, 20, 40];

/** 2. The interval covers the true difference of P95s. */
function coverageCases(): Case[] {
  const control: Effect = { kind: 'partial', share: 0.05, ms: 500 };
  const session: Session = { ...plain, effect: control, blocks: 20 };
  return [
    ...[0, 0.6].flatMap((correlation) => wholeEffects.map((effect) => coverageCase(effect, correlation))),
    ...partialEffects.map((effect) => coverageCase(effect, 0)),
    controlCase(`2 covers: ${describe(control)}, 20 blocks: t over blocks`, [0.94, 1], (random) =>
      includes(studentInterval(draw(session, random)), trueOverhead(control)),
    ),
  ];
}

/** Shorter sessions are the first blocks of longer ones: half the work, and each number of blocks is judged alone. */
function coverageCase(effect: Effect, correlation: number): Case {
  const name = `2 covers: ${describe(effect)}, correlation ${correlation}`;
  const session: Session = { ...plain, effect, correlation, blocks: Math.max(...COVERAGE_BLOCKS) };
  const run = (replicates: number, random: Random) => {
    const truth = trueOverhead(effect);
    const sessions = repeat(replicates, () => {
      const simulated = simulate(session, random);
      return COVERAGE_BLOCKS.map((blocks) => includes(intervalOf(measuredAfter(simulated, blocks)), truth));
    });
    return COVERAGE_BLOCKS.map((blocks, i) =>
      share(
        `${name}, ${blocks} blocks`,
        sessions.map((covered) => covered[i] === true),
        [0.94, 1],
      ),
    );
  };
  return { name, run, weight: 2 };
}

const BUDGET = 150;
const PLANNED = 20;
const looksOf = (earlyStop: boolean) => planLooks(PLANNED, LEAST_BLOCKS.toggle, earlyStop);

const gamma4 = (random: Random) => [1, 2, 3, 4].reduce((sum) => sum + random.exponential(), -4) / 2;
const exponential = (random: Random) => random.exponential() - 1;

/**
 * Blocks that differ by more than their requests do, the more so upwards: P95 of all requests then lies among those of the
 * few worst blocks, and 20 blocks hold too few of them. (An exponential shift of 20 ms gives the share of slow requests a
 * tail like x⁻², without a variance.)
 */
const WIDE = 'blocks differ by more than their requests: P95 rests on the few worst of 20 blocks';

/** What blocks differ by, beside their requests, of which alone their P95s would differ by 17 ms. */
const spreads: readonly Spread[] = [
  { name: 'constant', draw: null, mostPasses: 0.06 },
  { name: 'normal, sd 20 ms', draw: (random) => 20 * random.normal(), mostPasses: 0.06, known: WIDE },
  { name: 'gamma(4), sd 10 ms', draw: (random) => 10 * gamma4(random), mostPasses: 0.08 },
  { name: 'gamma(4), sd 20 ms', draw: (random) => 20 * gamma4(random), mostPasses: 0.08, known: WIDE },
  { name: 'exponential, sd 10 ms', draw: (random) => 10 * exponential(random), mostPasses: 0.08 },
  {
    name: 'exponential, sd 20 ms',
    draw: (random) => 20 * exponential(random),
    mostPasses: 0.08,
    known: WIDE,
  },
];

interface Spread {
  readonly name: string;
  readonly draw: ((random: Random) => number) | null;
  readonly mostPasses: number;
  readonly known?: string;
}

/** 3. The true overhead lies at the budget: any decision is wrong. */
function budgetCases(): Case[] {
  const cases = [false, true].flatMap((earlyStop) =>
    spreads.map(({ name: spread, draw: shift, mostPasses, known }): Case => {
      const name = `3 at the budget, ${spread}, ${earlyStop ? 'with' : 'without'} early stop`;
      const run = (replicates: number, random: Random) => {
        const session = atTheBudget(shift, random);
        const ends = repeat(replicates, () => runSession(session, looksOf(earlyStop), random));
        const kinds = (kind: Verdict['kind']) => ends.map(({ verdict }) => verdict.kind === kind);
        return [
          share(`${name}: PASS`, kinds('PASS'), [0, mostPasses]),
          share(`${name}: FAIL`, kinds('FAIL'), [0, 0.06]),
          share(
            `${name}: covers`,
            ends.map(({ interval }) => includes(interval, BUDGET)),
            [0.94, 1],
          ),
        ].map(asKnown(known));
      };
      return { name, run, weight: 2 };
    }),
  );
  const peeking = looksOf(true).map((look) => ({ ...look, tail: 0.05 }));
  return [
    ...cases,
    controlCase('3 at the budget: PASS or FAIL, looking at 5 % each time', [0, 0.12], (random) => {
      const { verdict } = runSession(atTheBudget(null, random), peeking, random);
      return verdict.kind !== 'INCONCLUSIVE';
    }),
  ];
}

function atTheBudget(shift: ((random: Random) => number) | null, random: Random): Session {
  if (shift === null) return { ...plain, blocks: PLANNED, effect: { kind: 'constant', ms: BUDGET } };
  const ms = centreOf(shift, BUDGET, random);
  return { ...plain, blocks: PLANNED, effect: { kind: 'constant', ms }, shift };
}

/** 3. What is displayed where a session stopped early covers the truth as well. */
function stopCases(): Case[] {
  return [20, 100, 130, 170].map((ms): Case => {
    const name = `3 covers among early stops: +${ms} ms`;
    const session: Session = { ...plain, blocks: PLANNED, effect: { kind: 'constant', ms } };
    const run = (replicates: number, random: Random) => {
      const ends = repeat(replicates, () => runSession(session, looksOf(true), random));
      const early = ends.filter(({ blocks }) => blocks < PLANNED);
      return [
        share(
          name,
          early.map(({ interval }) => includes(interval, ms)),
          [0.94, 1],
        ),
      ];
    };
    return { name, run };
  });
}

const STALL_MS = 400;
const CLUSTER_ARM_SECONDS = 12;

/** 4. Slow requests in clusters, with the exposure that they ask for: three periods. */
function clusterCases(): Case[] {
  const kinds = [
    [1, 30],
    [2, 60],
    [4, 60],
    [6, 120],
  ] as const;
  const all = [false, true].flatMap((bothArms) =>
    [false, true].flatMap((random) =>
      kinds.map(([seconds, everySeconds]) => stallsOf(seconds, everySeconds, random, bothArms)),
    ),
  );
  const cases = all.map((stalls): Case => {
    const { seconds, everySeconds, random: isRandom, bothArms } = stalls;
    const title = `4 wrong verdicts: ${seconds} s each ${everySeconds} s, ${isRandom ? 'at random' : 'periodic'}, ${bothArms ? 'both arms' : 'treatment'}`;
    const run = (replicates: number, random: Random) => [
      share(
        title,
        repeat(replicates, () =>
          isWrong(stalls, (session) => runSession(session, exposedLooks(stalls), random)),
        ),
        [0, 0.05],
      ),
    ];
    return { name: title, run, weight: 3 };
  });
  const both = stallsOf(4, 60, true, true);
  return [
    ...cases,
    controlCase('4 wrong verdicts: 4 s each 60 s, at random, both arms: t over blocks', [0, 0.05], (random) =>
      isWrong(both, (session) => {
        const simulated = simulate(session, random);
        const bounds = studentInterval(measuredAfter(simulated, session.blocks), 0.05);
        const kind =
          bounds === null
            ? 'INCONCLUSIVE'
            : bounds.lower > BUDGET
              ? 'FAIL'
              : bounds.upper < BUDGET
                ? 'PASS'
                : 'INCONCLUSIVE';
        return { verdict: { kind } };
      }),
    ),
  ];
}

function stallsOf(seconds: number, everySeconds: number, random: boolean, bothArms: boolean): Stalls {
  return {
    seconds,
    everySeconds,
    random,
    bothArms,
    ms: STALL_MS,
    armSeconds: CLUSTER_ARM_SECONDS,
    settleSeconds: 2,
  };
}

/** Looks from the block on after which three periods were seen, and a third more at most. */
function exposedLooks({ everySeconds }: Stalls): Look[] {
  const first = Math.max(LEAST_BLOCKS.toggle, Math.ceil((3 * everySeconds) / CLUSTER_ARM_SECONDS));
  return planLooks(Math.ceil((first * 4) / 3), first, true);
}

function isWrong(stalls: Stalls, run: (session: Session) => { verdict: { kind: Verdict['kind'] } }): boolean {
  const blocks = exposedLooks(stalls).at(-1)?.blocks ?? 0;
  const { verdict } = run({ ...plain, requests: LEAST_REQUESTS, blocks, effect: { kind: 'none' }, stalls });
  const slow = stalls.seconds / stalls.everySeconds;
  const truth = stalls.bothArms ? 0 : trueOverhead({ kind: 'partial', share: slow, ms: STALL_MS });
  return verdict.kind === (truth > BUDGET ? 'PASS' : 'FAIL');
}

const FEW_STALLS = 'of few stalls the verdict itself says that it may take many times as much';

/** Plans of so few blocks that most end INCONCLUSIVE; what takes more than so many is not drawn. */
const SHORT = { blocks: 5, most: 100 } as const;

/** 4. As many more blocks as INCONCLUSIVE asks for settle about half of the sessions or more, and three times as many most. */
function toldCases(): Case[] {
  const underStalls: Session = {
    ...plain,
    blocks: SHORT.blocks,
    effect: { kind: 'constant', ms: 50 },
    stalls: stallsOf(2, 60, false, true),
  };
  const kinds: [string, Session, known?: string][] = [
    ['+130 ms', { ...plain, blocks: SHORT.blocks, effect: { kind: 'constant', ms: 130 } }],
    ['+170 ms', { ...plain, blocks: SHORT.blocks, effect: { kind: 'constant', ms: 170 } }],
    ['+50 ms, 2 s each 60 s in both arms, told as rough', underStalls, FEW_STALLS],
  ];
  return kinds.flatMap(([name, session, known]) =>
    (
      [
        ['as told', 1, 0.4],
        ['three times', 3, 0.8],
      ] as const
    ).map(([what, times, least]): Case => {
      const title = `4 more blocks settle it: ${name}, ${what}`;
      const { run, ...rest } = shareCase(title, [least, 1], 10, (random) => {
        for (;;) {
          const settled = isSettledBy(session, times, known !== undefined, random);
          if (settled !== null) return settled;
        }
      });
      return { ...rest, run: (...size) => run(...size).map(asKnown(known)) };
    }),
  );
}

/** Whether a session is settled by `times` the blocks that it asks for, roughly or not; null where it does not, or for too many. */
function isSettledBy(session: Session, times: number, roughly: boolean, random: Random): boolean | null {
  const seed = String(random.integer(0x7fffffff));
  // The first blocks are the same, however many follow.
  const after = (blocks: number) =>
    judge(evidenceOf(draw({ ...session, blocks }, seeded(seed)), 'toggle', planLooks(blocks, blocks, false)));
  const first = after(session.blocks);
  if (first.kind !== 'INCONCLUSIVE' || first.isRough !== roughly) return null;
  if (first.moreBlocks === null || first.moreBlocks > SHORT.most) return null;
  return after(session.blocks + times * first.moreBlocks).kind !== 'INCONCLUSIVE';
}

/** 5. Effects that carry over from arm to arm are found, and nothing else is. */
function carryOverCases(): Case[] {
  const late =
    (seconds: number): Delay =>
    (t, arm, switched) =>
      (arm === 'treatment') !== (switched && t < seconds) ? 200 : 0;
  const fading: Delay = (t, arm, switched) =>
    arm === 'treatment'
      ? 100
      : 100 * Math.exp(-(t + (switched ? 0 : ARM_SECONDS + SETTLE_SECONDS)) / (ARM_SECONDS / 2));
  const found = (delay: Delay, random: Random, of: (visits: readonly Visit[]) => boolean = alarms) =>
    of(simulateVisits(PLANNED, 400, delay, random));
  const least: readonly [number, number] = [0.95, 1];
  const sought = [
    ['an effect 0.75 of an arm late', late(0.75 * ARM_SECONDS)],
    ['an effect later than the arm', late(ARM_SECONDS + SETTLE_SECONDS + 1)],
    ['an effect that fades with half an arm', fading],
  ] as const;
  return [
    ...[0, 20].map((ms) =>
      shareCase(`5 carry-over, false alarms: +${ms} ms`, [0, 0.01], 3, (random) =>
        found((_, arm) => (arm === 'treatment' ? ms : 0), random),
      ),
    ),
    ...sought.map(([name, delay]) =>
      shareCase(`5 carry-over, found: ${name}`, least, 3, (random) => found(delay, random)),
    ),
    controlCase(
      '5 carry-over, found: an effect later than the arm, by the halves alone',
      least,
      (random) =>
        found(sought[1][1], random, (visits) => carryOver(visits, carryQuestion).halves?.found === true),
      3,
    ),
  ];
}

const carryQuestion = {
  baseline: CARRY_ARMS[0],
  treatment: CARRY_ARMS[1],
  budgetMs: BUDGET,
  noAnswerMs: NO_ANSWER_MS,
  settleSeconds: SETTLE_SECONDS,
  seconds: ARM_SECONDS,
};

/** Whether a session would be called INVALID at any of its looks. */
function alarms(visits: readonly Visit[]): boolean {
  return [5, 8, 12, 16, PLANNED].some(
    (blocks) => carryOver(visits.slice(0, 2 * blocks), carryQuestion).settleSeconds !== null,
  );
}

/** 6. One pair of runs decides nothing; and the usual way, baseline first and errors from inside the runs, fails. */
function pairCases(): Case[] {
  const pair: Session = { ...plain, requests: 2000, blocks: 1, effect: { kind: 'constant', ms: 20 } };
  const drifting: Session = { ...plain, blocks: PLANNED, ramp: 0.08, effect: { kind: 'none' } };
  return [
    shareCase('6 one pair of runs is INCONCLUSIVE', [1, 1], 1, (random) => {
      const { kind } = judge(evidenceOf(draw(pair, random), 'runs', planLooks(1, 1, false)));
      return kind === 'INCONCLUSIVE';
    }),
    shareCase('6 random order, 8 % drift: covers', [0.94, 1], 1, (random) =>
      includes(intervalOf(draw(drifting, random)), 0),
    ),
    controlCase('6 baseline first, requests taken as independent, 8 % drift: covers', [0.8, 1], (random) =>
      includes(independentInterval(draw({ ...drifting, order: 'baseline first' }, random)), 0),
    ),
  ];
}

/** 10. A clear answer comes early. */
function costCases(): Case[] {
  const cost = (name: string, session: Omit<Session, 'blocks'>, most: number): Case => ({
    name,
    run: (replicates, random) => {
      const blocks = repeat(
        replicates,
        () => runSession({ ...session, blocks: PLANNED }, looksOf(true), random).blocks,
      );
      return [middle(name, blocks, [0, most])];
    },
  });
  const base = { mu: 3, sigma: 0.4 };
  return [
    cost(
      '10 median blocks of 20: +20 ms, budget 150 ms',
      { ...plain, effect: { kind: 'constant', ms: 20 } },
      PLANNED / 3,
    ),
    cost(
      '10 median blocks of 20: +140 ms, budget 150 ms, σ 0.4, 300 requests',
      { ...plain, base, requests: 300, effect: { kind: 'constant', ms: 140 } },
      8,
    ),
    controlCase('10 a third of 20 blocks is enough: without early stop', [0.5, 1], (random) => {
      const session: Session = { ...plain, blocks: PLANNED, effect: { kind: 'constant', ms: 20 } };
      return runSession(session, looksOf(false), random).blocks <= PLANNED / 3;
    }),
  ];
}

/** 12. Several budgets: any of them crossed is FAIL, and all of them kept is PASS. */
function budgetsCases(): Case[] {
  const ms = (level: number, limit: number): Budget => ({ level, limit: { ms: limit } });
  const session = (effect: Effect): Session => ({ ...plain, blocks: PLANNED, effect });
  const three = planLooks(PLANNED, LEAST_BLOCKS.toggle, true, 3);
  const equal = session({ kind: 'constant', ms: 20 });
  const cases: [name: string, kind: Verdict['kind'], session: Session, budgets: Budget[]][] = [
    ['P50, P95 and P99 at their budgets: FAIL', 'FAIL', equal, [ms(0.95, 20), ms(0.5, 20), ms(0.99, 20)]],
    ['P50, P95 and P99 at their budgets: PASS', 'PASS', equal, [ms(0.95, 20), ms(0.5, 20), ms(0.99, 20)]],
    ['P99 alone at its budget: PASS', 'PASS', equal, [ms(0.95, 150), ms(0.5, 150), ms(0.99, 20)]],
    ['P50 alone at its budget: PASS', 'PASS', equal, [ms(0.95, 150), ms(0.5, 20), ms(0.99, 150)]],
  ];
  const share: Budget[] = [{ level: 0.95, limit: { shareOfBaseline: 0.2 } }];
  const multiplied = session({ kind: 'multiplied', by: 1.2 });
  const decided = (verdict: Verdict, kind: Verdict['kind']) => verdict.kind === kind;
  return [
    ...cases.map(([name, kind, of, budgets]) =>
      shareCase(`12 ${name}`, [0, 0.06], 3, (random) =>
        decided(runSession(of, three, random, budgets).verdict, kind),
      ),
    ),
    ...(['PASS', 'FAIL'] as const).map((kind) =>
      shareCase(`12 P95 at its budget of 20 % of the baseline: ${kind}`, [0, 0.06], 3, (random) =>
        decided(runSession(multiplied, looksOf(true), random, share).verdict, kind),
      ),
    ),
    ...[0.5, 0.99].map((level) => curveCase(level)),
    controlCase(
      '12 P50, P95 and P99 at their budgets: FAIL, each at the full error rate',
      [0, 0.06],
      (random) => decided(runSession(equal, looksOf(true), random, cases[0]?.[3]).verdict, 'FAIL'),
      3,
    ),
  ];
}

/** The interval of a point of the curve covers the true difference at its percentile. */
function curveCase(level: number): Case {
  const name = `12 covers at P${level * 100}: +50 ms`;
  const sizes = [5, 20];
  const run = (replicates: number, random: Random) => {
    const sessions = repeat(replicates, () => {
      const simulated = simulate({ ...plain, blocks: PLANNED, effect: { kind: 'constant', ms: 50 } }, random);
      return sizes.map((blocks) => {
        const [baseline, treatment] = measuredAfter(simulated, blocks);
        if (baseline === undefined || treatment === undefined) return false;
        const pair = { baseline, treatment, correlations: correlationsOf(baseline, treatment) };
        const point = curveOf(pair, 0.025).find((one) => one.level === level);
        return includes(point?.interval ?? null, 50);
      });
    });
    return sizes.map((blocks, i) =>
      share(
        `${name}, ${blocks} blocks`,
        sessions.map((covered) => covered[i] === true),
        [0.94, 1],
      ),
    );
  };
  return { name, run, weight: 2 };
}

/** 13. Attribution where nothing costs anything and the target stalls: a flag is blamed only after the exposure. */
function blameCases(): Case[] {
  const features = { flags: ['a', 'b', 'c', 'd'], baseline: 'off', alone: 'alone', treatment: 'all' };
  const armSeconds = 4;
  const none = { constantMs: 0, effect: { kind: 'none' } } as const;
  const names = ['off', ...combinationsOf('half', features.flags).map(({ on }) => armName(features, on))];
  const stalls: Stalls = { ...stallsOf(1, 30, true, true), armSeconds, settleSeconds: 1 };
  const exposed = Math.ceil((3 * stalls.everySeconds) / armSeconds);
  const blames = (blocks: number, leastBlocks: number, random: Random) => {
    const arms = simulateArms(
      {
        blocks,
        requests: LEAST_REQUESTS,
        correlation: 0,
        ramp: 0,
        stalls,
        arms: new Map(names.map((name) => [name, none])),
      },
      random,
    );
    return attribute('half', features, arms, leastBlocks).shares.some(({ effect }) => effect !== 'noise');
  };
  return [
    shareCase('13 blames a flag: 1 s each 30 s, in all arms, after the exposure', [0, 0.06], 5, (random) =>
      blames(exposed, exposed, random),
    ),
    shareCase('13 blames a flag: the same, before the exposure', [0, 0.06], 5, (random) =>
      blames(LEAST_BLOCKS.toggle, exposed, random),
    ),
    controlCase(
      '13 blames a flag: the same, in 5 blocks without the exposure',
      [0, 0.06],
      (random) => blames(LEAST_BLOCKS.toggle, LEAST_BLOCKS.toggle, random),
      5,
    ),
  ];
}

interface Stopped {
  readonly verdict: Verdict;
  readonly interval: Bounds | null;
  readonly blocks: number;
}

/** Runs a session as the experiment does: look after look, until one settles it. */
function runSession(
  session: Session,
  looks: readonly Look[],
  random: Random,
  budgets: readonly Budget[] = [{ level: 0.95, limit: { ms: BUDGET } }],
): Stopped {
  const simulated: Simulated = simulate(session, random);
  for (const { blocks } of looks) {
    const verdict = judge({ ...evidenceOf(measuredAfter(simulated, blocks), 'toggle', looks), budgets });
    if (verdict.kind !== 'INCONCLUSIVE' || blocks === looks.at(-1)?.blocks) {
      const interval = verdict.kind === 'INVALID' ? null : verdict.estimate.interval;
      return { verdict, interval, blocks };
    }
  }
  throw new RangeError('a plan without looks');
}

function evidenceOf(
  arms: readonly ArmMeasurement[],
  mode: Evidence['mode'],
  looks: readonly Look[],
): Evidence {
  return {
    arms,
    baseline: 'baseline',
    treatment: 'treatment',
    budgets: [{ level: 0.95, limit: { ms: BUDGET } }],
    mode,
    looks,
    guards: [],
    sameFlags: false,
  };
}

function draw(session: Session, random: Random): ArmMeasurement[] {
  return measuredAfter(simulate(session, random), session.blocks);
}

function includes(bounds: Bounds | null, truth: number): boolean {
  return bounds !== null && bounds.lower <= truth && truth <= bounds.upper;
}

function widthOf(bounds: Bounds | null): number {
  return bounds === null ? Infinity : bounds.upper - bounds.lower;
}

function repeat<T>(times: number, run: () => T): T[] {
  return Array.from({ length: times }, run);
}

function shareCase(
  name: string,
  limit: readonly [number, number],
  weight: number,
  run: (random: Random) => boolean,
): Case {
  return {
    name,
    weight,
    run: (replicates, random) => [
      share(
        name,
        repeat(replicates, () => run(random)),
        limit,
      ),
    ],
  };
}

/** A wrong estimator at the same bar. */
function controlCase(
  name: string,
  limit: readonly [number, number],
  run: (random: Random) => boolean,
  weight = 1,
): Case {
  const { run: measure } = shareCase(name, limit, weight, run);
  return {
    name: `control: ${name}`,
    weight,
    run: (replicates, random) =>
      measure(replicates, random).map((result) => ({ ...result, name: `control: ${name}`, isControl: true })),
  };
}

/** Says why a bar is known to be missed; undefined where it is not. */
function asKnown(known: string | undefined) {
  return (bar: BarResult): BarResult => (known === undefined ? bar : { ...bar, known });
}

function share(name: string, hits: readonly boolean[], limit: readonly [number, number]): BarResult {
  const count = hits.filter(Boolean).length;
  const [low, high] = limit;
  const chance =
    binomialTail(count, hits.length, high) >= CHANCE &&
    1 - binomialTail(count + 1, hits.length, low) >= CHANCE;
  return result(name, count / hits.length, limit, chance);
}

/** The median of some values. It is refuted when too many of them lie above the limit for just half of all to do so. */
function middle(name: string, values: readonly number[], limit: readonly [number, number]): BarResult {
  const above = values.filter((value) => value > limit[1]).length;
  return result(name, median([...values]), limit, binomialTail(above, values.length, 0.5) >= CHANCE);
}

function result(
  name: string,
  measured: number,
  limit: readonly [number, number],
  chance: boolean,
): BarResult {
  const within = limit[0] <= measured && measured <= limit[1];
  return { name, measured, limit, met: within || chance, byChance: !within && chance, isControl: false };
}

function describe(effect: Effect): string {
  switch (effect.kind) {
    case 'none':
      return 'no effect';
    case 'constant':
      return `+${effect.ms} ms`;
    case 'exponential':
      return `exponential +${effect.mean} ms`;
    case 'multiplied':
      return `×${effect.by}`;
    case 'partial':
      return `+${effect.ms} ms on ${(effect.share * 100).toFixed(0)} %`;
  }
}
