/** An overhead as parts of a document. */
import { whatWouldSettle } from '../experiment/explain.ts';
import type { TargetSettings } from '../config/settings.ts';
import { humanMs, humanRange, humanShare } from '../format/format.ts';
import type { OverheadResult } from '../result/run-result.ts';
import { percentileName } from '../config/budgets.ts';
import { supportedBudgetMs } from '../result/supported-budget.ts';
import { blockChart } from './block-chart.ts';
import { comparedArms, describeFeatures, LATENCY_COLUMNS, latencyCells, range } from './cells.ts';
import { curveChart } from './curve-chart.ts';
import { slowChart } from './slow-chart.ts';
import {
  charts,
  facts,
  judged,
  table,
  tableOfAny,
  text,
  toned,
  type Cell,
  type KeyNumber,
  type Part,
  type Section,
} from './document.ts';

/** The numbers that a reader looks for first. */
export function overheadNumbers(overhead: OverheadResult): KeyNumber[] {
  const { estimateMs, interval, budget, budgetMs, measuredBlocks, plannedBlocks } = overhead;
  return [
    {
      label: 'Overhead at P95',
      value: estimateMs === null ? 'not measured' : humanMs(estimateMs),
      note: interval === null ? 'no interval yet' : `95 %: ${range(interval)}`,
    },
    {
      label: `Target: below ${budgetMs === 0 && budget !== undefined ? budget : humanMs(budgetMs)}`,
      value: targetMet(overhead),
      note: 'decided by the bounds',
    },
    { label: 'Blocks', value: `${measuredBlocks} of ${plannedBlocks}`, note: overhead.mode },
  ];
}

/** P95 of the two arms that are compared. */
export function armNumbers(overhead: OverheadResult, settings: TargetSettings): KeyNumber[] {
  return comparedArms(overhead).map(({ name, p95Ms, flags }) => ({
    label: `P95, ${name}`,
    value: p95Ms === null ? 'not measured' : humanMs(p95Ms),
    note: describeFeatures(flags, settings),
  }));
}

/**
 * What the verdict rests on.
 * @param startMs what 0 s is in a chart over time; null where there is none
 * @param isResult whether it is that of one result, which can be accepted; a comparison of files cannot
 */
export function overheadSection(
  overhead: OverheadResult,
  startMs: number | null = null,
  isResult = true,
): Section {
  const order = `Order of the arms in each block (B baseline, T treatment): ${overhead.orders.join(', ')}.`;
  return {
    title: 'Overhead',
    parts: [
      facts('Overhead at P95', overheadFacts(overhead, isResult)),
      ...budgetsTable(overhead),
      ...charts([curveChart(overhead), blockChart(overhead), slowChart(comparedArms(overhead), startMs)]),
      ...(overhead.orders.length === 0 ? [] : [text(order)]),
    ],
  };
}

function overheadFacts(overhead: OverheadResult, isResult: boolean): [string, Cell | null][] {
  const { estimateMs, interval, bounds, verdict, savedShare } = overhead;
  const supported = supportedBudgetMs(overhead);
  // A guard that does not hold ends a run as well.
  const isSaved = savedShare > 0 && verdict.kind !== 'INVALID';
  const saved = isSaved ? `; the early stop saved ${humanShare(savedShare)} of the plan` : '';
  return [
    ['Overhead', estimateMs === null ? 'not measured' : humanMs(estimateMs)],
    ['95 % interval', interval === null ? 'none yet' : range(interval)],
    ['Budget', budgetText(overhead)],
    [
      'Smaller budget that it would keep',
      supported === null
        ? null
        : `${humanMs(supported)}${isResult ? ': npm run baseline -- accept --budget sets it' : ''}`,
    ],
    ['Target met', targetMet(overhead)],
    ['One-sided bounds that decide', bounds === null ? 'none yet' : range(bounds)],
    ['A/A run', overhead.sameFlags ? 'both arms have the same flags: this measures the noise' : null],
    ['Noise floor', verdict.noiseFloorMs === null ? null : humanMs(verdict.noiseFloorMs)],
    [
      'To settle it',
      verdict.kind === 'INCONCLUSIVE' && overhead.deployments?.crossed !== false
        ? whatWouldSettle(verdict, null)
        : null,
    ],
    ['Noise of this run', describeNoise(overhead)],
    ['Blocks', `${overhead.measuredBlocks} of ${overhead.plannedBlocks}${saved}`],
    ['Switched by', overhead.mode],
    ['Flags put back', overhead.flagsRestored === null ? null : toned(overhead.flagsRestored, 'yes', 'NO')],
  ];
}

/** A share with what it comes to, as soon as the baseline is known. */
function budgetText({ budget, budgetMs }: OverheadResult): string {
  if (budget === undefined) return humanMs(budgetMs);
  return budgetMs === 0 ? budget : `${budget}, ${humanMs(budgetMs)}`;
}

/** Each budget, where P95 is not the only one. */
function budgetsTable({ budgets = [] }: OverheadResult): Part[] {
  if (budgets.length === 0) return [];
  const words = { kept: 'kept', crossed: 'CROSSED', open: 'not known' };
  const tones = { kept: 'good', crossed: 'bad', open: 'unsure' } as const;
  const rows = budgets.map(({ level, budget, budgetMs, overheadMs, bounds, outcome }) => [
    percentileName(level),
    budget.endsWith('ms') ? budget : `${budget}, ${humanMs(budgetMs)}`,
    humanMs(overheadMs),
    bounds === null ? 'none yet' : describeBounds(bounds, outcome),
    { text: words[outcome], tone: tones[outcome] },
  ]);
  return [table(['Percentile', 'Budget', 'Overhead', 'One-sided bounds', 'Budget kept'], rows)];
}

/** Of what is decided, the bound that decides: the other may say nothing yet. */
function describeBounds(
  bounds: NonNullable<OverheadResult['bounds']>,
  outcome: 'kept' | 'crossed' | 'open',
): string {
  if (outcome === 'kept') return `below ${humanMs(bounds.upperMs)}`;
  return outcome === 'crossed' ? `above ${humanMs(bounds.lowerMs)}` : range(bounds);
}

/** How far two measurements of one arm, next to each other, differ. */
function describeNoise({ noise }: OverheadResult): string | null {
  if (noise == null) return null;
  return `neighbouring equal arms differ by ${humanMs(noise.medianMs)} at P95 in the median, ${humanMs(noise.mostMs)} at most`;
}

/** All arms side by side. */
export function armsSection({ arms }: OverheadResult, settings: TargetSettings): Section {
  const rows = arms.map(({ name, flags, errors, requests, latency }) => [
    armLabel({ name, flags }),
    describeFeatures(flags, settings),
    String(errors),
    ...latencyCells(latency, requests),
  ]);
  return {
    title: 'Comparison',
    parts: [table(['Arm', 'Observability', 'Errors', ...LATENCY_COLUMNS], rows, 2)],
  };
}

const COST_LABELS: Readonly<Record<string, string>> = {
  cpuMsPerRequest: 'CPU a request',
  cpuShare: 'CPU, of one processor',
  memoryMb: 'Memory',
  memoryGrowthMbPerMinute: 'Growth of memory a minute',
  eventLoopDelayMs: 'Event loop delay',
  finishedPerSecond: 'Finished requests a second',
  lostPerSecond: 'Entries dropped or failed a second',
};

/** What the arms cost besides latency. */
export function costsSection({ costs = [] }: Pick<OverheadResult, 'costs'>): Section {
  const rows = costs.map(({ cost, unit, baseline, treatment, value, interval, limit }) => {
    const text = (number: number) => costText(unit, number);
    return [
      COST_LABELS[cost] ?? cost,
      text(baseline),
      text(treatment),
      text(value),
      interval === null ? 'none yet' : humanRange(interval.lower, interval.upper, text),
      limit === null ? '–' : text(limit),
    ];
  });
  const columns = ['Cost', 'Baseline', 'Treatment', 'Difference', '95 % interval', 'Limit'];
  return { title: 'Costs by arm', parts: tableOfAny(columns, rows, 1) };
}

function costText(unit: string, value: number): string {
  if (unit === 'ms') return humanMs(value);
  if (unit === 'share') return humanShare(value);
  return unit.startsWith('MB') ? `${value.toFixed(1)} MB` : value.toFixed(1);
}

export function guardsSection({ guards }: OverheadResult): Section {
  const rows = guards.map(({ name, held, message }) => ({
    tone: held ? ('good' as const) : ('bad' as const),
    word: held ? 'ok' : 'not held',
    name,
    cells: [message],
    failure: message,
  }));
  return {
    title: 'Guards',
    parts: rows.length === 0 ? [] : [judged({ what: 'guard', columns: ['Seen'], rows })],
  };
}

/** An arm's name; an arm of attribution is named by its flags, which stand beside it anyway. */
function armLabel({ name, flags }: Pick<OverheadResult['arms'][number], 'name' | 'flags'>): string {
  return name.split('+').some((part) => part in flags) ? '' : name;
}

function targetMet({ verdict: { kind }, sameFlags }: OverheadResult): string {
  if (sameFlags) return 'not asked: A/A run';
  return kind === 'PASS' ? 'met' : kind === 'FAIL' ? 'not met' : 'not known';
}
