/** A capacity run as parts of a document. */
import { describeCapacity, describeShare, humanPercent, humanRate } from '../experiment/capacity/describe.ts';
import type { TargetSettings } from '../config/settings.ts';
import { humanMs, humanRange, humanShare } from '../format/format.ts';
import { describeFeatures } from './cells.ts';
import { costsSection } from './describe-overhead.ts';
import type { CapacityResult } from '../result/run-result.ts';
import { capacityChart } from './capacity-chart.ts';
import { charts, facts, table, toned, type Cell, type KeyNumber, type Section } from './document.ts';

const LIMITED: Readonly<Record<string, string>> = {
  ceiling: 'the ceiling: it may hold more',
  generator: 'the load generator: it may hold more',
  'first rung': 'over its limits at the first rung',
};

export function capacityNumbers(capacity: CapacityResult, settings: TargetSettings): KeyNumber[] {
  const { loss, arms, limits, measuredBlocks, plannedBlocks } = capacity;
  return [
    {
      label: 'Observability costs',
      value: loss.value === null ? 'not found' : `${bound(loss.kind)}${humanPercent(loss.value)}`,
      note:
        loss.interval === null
          ? 'of capacity'
          : `of capacity; 95 %: ${humanRange(loss.interval.lower, loss.interval.upper, humanPercent)}`,
    },
    ...arms.map(({ name, perSecond, flags }) => ({
      label: `Capacity, ${name}`,
      value: perSecond.value === null ? 'not known' : `${bound(perSecond.kind)}${humanRate(perSecond.value)}`,
      note: describeFeatures(flags, settings),
    })),
    {
      label: 'Within',
      value: `P95 ${humanMs(limits.p95Ms)}`,
      note: `errors at most ${humanShare(limits.errorRate)}`,
    },
    { label: 'Blocks', value: `${measuredBlocks} of ${plannedBlocks}`, note: 'climbs of both arms' },
  ];
}

export function capacitySections(capacity: CapacityResult, settings: TargetSettings): Section[] {
  return [
    {
      title: 'Capacity',
      parts: [
        facts('Capacity', capacityFacts(capacity)),
        ...charts([capacityChart(capacity)]),
        table(
          ['Arm', 'Observability', 'Holds', 'Limited by'],
          capacity.arms.map(({ name, flags, perSecond, limitedBy }) => [
            name,
            describeFeatures(flags, settings),
            describeCapacity(perSecond),
            limitedBy === null ? 'the target' : (LIMITED[limitedBy] ?? limitedBy),
          ]),
        ),
      ],
    },
    costsSection(capacity),
    { title: 'Climbs', parts: climbs(capacity) },
  ];
}

function capacityFacts(capacity: CapacityResult): [string, Cell | null][] {
  const { loss, limits, maxLossShare, minPerSecond, flagsRestored } = capacity;
  return [
    ['Observability costs of capacity', describeShare(loss) ?? 'not found'],
    ['Limits', `P95 ${humanMs(limits.p95Ms)}, errors ${humanShare(limits.errorRate)}`],
    ['Allowed loss', maxLossShare === null ? null : `at most ${humanPercent(maxLossShare)}`],
    ['Asked of the treatment', minPerSecond === null ? null : `at least ${humanRate(minPerSecond)}`],
    [
      'Ladder',
      `${humanRate(capacity.firstPerSecond)} to the ceiling of ${humanRate(capacity.ceilingPerSecond)}`,
    ],
    ['Same flags', capacity.sameFlags ? 'both arms: what differs is noise' : null],
    ['Blocks', `${capacity.measuredBlocks} of ${capacity.plannedBlocks}`],
    ['Flags put back', flagsRestored === null ? null : toned(flagsRestored, 'yes', 'NO')],
  ];
}

/** Where each block ended. */
function climbs({ arms, measuredBlocks }: CapacityResult): Section['parts'] {
  if (measuredBlocks === 0) return [];
  return [
    table(
      ['Block', ...arms.map(({ name }) => name), 'Tries'],
      Array.from({ length: measuredBlocks }, (_, block) => [
        String(block + 1),
        ...arms.map(({ blocks }) => {
          const end = blocks[block];
          return end === undefined ? '–' : describeEnd(end);
        }),
        String(
          arms.reduce((sum, { tries }) => sum + tries.filter((one) => one.block === block + 1).length, 0),
        ),
      ]),
      1,
    ),
  ];
}

function bound(kind: CapacityResult['loss']['kind']): string {
  return kind === 'at least' ? '≥ ' : kind === 'at most' ? '≤ ' : '';
}

/** `812/s`, `at least 2000/s`. */
function describeEnd({ kind, perSecond }: CapacityResult['arms'][number]['blocks'][number]): string {
  if (perSecond === null) return 'not known';
  return kind === 'crossed' ? humanRate(perSecond) : `${kind} ${humanRate(perSecond)}`;
}
