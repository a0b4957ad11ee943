/** A capacity run as text: what observability costs of capacity first, then what that rests on. */
import { describeCapacity, describeLoss, humanPercent, humanRate } from '../experiment/capacity/describe.ts';
import { humanMs, humanShare, table } from '../format/format.ts';
import { describeFlags } from './overhead-text.ts';
import { p95ByRate } from './p95-by-rate.ts';
import type { CapacityResult } from '../result/run-result.ts';

/** Width of a bar. */
const BAR = 30;

/** The sections of the report below the verdict, each a title with its lines. */
export function capacitySections(capacity: CapacityResult): [title: string, lines: string[]][] {
  return [
    ['Capacity', numbers(capacity)],
    ['Blocks, requests a second', blocks(capacity)],
    ['Ladder, 95th percentile of the answers', ladder(capacity)],
  ];
}

function numbers(capacity: CapacityResult): string[] {
  const { arms, loss, limits, maxLossShare, minPerSecond, measuredBlocks, plannedBlocks } = capacity;
  return table([
    ['Loss:', describeLoss(loss)],
    ...arms.map(({ name, flags, perSecond, limitedBy }) => [
      `${name}:`,
      `${describeCapacity(perSecond)}${limitedBy === null ? '' : `, limited by the ${limitedBy}`}; ${describeFlags(flags)}`,
    ]),
    ['Limits:', `P95 ${humanMs(limits.p95Ms)}, errors ${humanShare(limits.errorRate)}`],
    ...(maxLossShare === null ? [] : [['Allowed loss:', `at most ${humanPercent(maxLossShare)}`]]),
    ...(minPerSecond === null
      ? []
      : [['Asked for:', `at least ${humanRate(minPerSecond)} by the treatment`]]),
    [
      'Ladder:',
      `${humanRate(capacity.firstPerSecond)} to the ceiling of ${humanRate(capacity.ceilingPerSecond)}`,
    ],
    ['Blocks:', `${measuredBlocks} of ${plannedBlocks}`],
  ]);
}

function blocks({ arms, measuredBlocks }: CapacityResult): string[] {
  return table(
    Array.from({ length: measuredBlocks }, (_, block) => [
      String(block + 1).padStart(3),
      ...arms.map(({ name, blocks: ends }) => {
        const end = ends[block];
        return `${name} ${end === undefined ? 'not known' : describeEnd(end)}`;
      }),
    ]),
  );
}

/** `812/s`, `at least 2000/s`. */
export function describeEnd({ kind, perSecond }: CapacityResult['arms'][number]['blocks'][number]): string {
  if (perSecond === null) return 'not known';
  return kind === 'crossed' ? humanRate(perSecond) : `${kind} ${humanRate(perSecond)}`;
}

/** A line for each rate; the bars end at the limit, and `>` says that P95 was over it. */
function ladder(capacity: CapacityResult): string[] {
  const { arms, limits } = capacity;
  const bar = (p95Ms: number) => {
    const length = Math.round((Math.min(p95Ms, limits.p95Ms) / limits.p95Ms) * BAR);
    return `${'█'.repeat(Math.max(1, length))}${p95Ms > limits.p95Ms ? '>' : ''}`.padEnd(BAR + 1);
  };
  return table(
    p95ByRate(capacity).map(({ perSecond, p95Ms }) => [
      humanRate(perSecond).padStart(7),
      ...arms.flatMap(({ name }, arm) => {
        const value = p95Ms[arm] ?? null;
        return value === null ? [name, '–'.padStart(9), ''] : [name, humanMs(value).padStart(9), bar(value)];
      }),
    ]),
  );
}
