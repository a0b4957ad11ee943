/** A capacity run as parts of a document. */
import { describeCapacity, describeShare, humanPercent, humanRate } from '../experiment/capacity/describe.ts';
import { describeEnd } from './capacity-text.ts';
import { humanMs, humanShare } from '../format/format.ts';
import { describeFlags } from './overhead-text.ts';
import type { CapacityResult } from '../result/run-result.ts';
import { capacityChart } from './capacity-chart.ts';
import { chart, table, type Cell, type KeyNumber, type Section } from './document.ts';

const LIMITED: Readonly<Record<string, string>> = {
  ceiling: 'the ceiling: it may hold more',
  generator: 'the load generator: it may hold more',
  'first rung': 'over its limits at the first rung',
};

export function capacityNumbers(capacity: CapacityResult): KeyNumber[] {
  const { loss, arms, limits, measuredBlocks, plannedBlocks } = capacity;
  return [
    {
      label: 'Observability costs',
      value: loss.value === null ? 'not found' : `${bound(loss.kind)}${humanPercent(loss.value)}`,
      note:
        loss.interval === null
          ? 'of capacity'
          : `of capacity; 95 %: ${humanPercent(loss.interval.lower)} to ${humanPercent(loss.interval.upper)}`,
    },
    ...arms.map(({ name, perSecond, flags }) => ({
      label: `Capacity, ${name}`,
      value: perSecond.value === null ? 'not known' : `${bound(perSecond.kind)}${humanRate(perSecond.value)}`,
      note: describeFlags(flags),
    })),
    {
      label: 'Within',
      value: `P95 ${humanMs(limits.p95Ms)}`,
      note: `errors at most ${humanShare(limits.errorRate)}`,
    },
    { label: 'Blocks', value: `${measuredBlocks} of ${plannedBlocks}`, note: 'climbs of both arms' },
  ];
}

export function capacityDocument(capacity: CapacityResult): Section[] {
  const drawn = capacityChart(capacity);
  return [
    {
      title: 'Capacity',
      parts: [
        table(['Capacity', 'Value'], rows(capacity)),
        ...(drawn === null ? [] : [chart(drawn)]),
        table(
          ['Arm', 'Observability', 'Holds', 'Limited by'],
          capacity.arms.map(({ name, flags, perSecond, limitedBy }) => [
            name,
            describeFlags(flags),
            describeCapacity(perSecond),
            limitedBy === null ? 'the target' : (LIMITED[limitedBy] ?? limitedBy),
          ]),
        ),
      ],
    },
    { title: 'Climbs', parts: climbs(capacity) },
  ];
}

function rows(capacity: CapacityResult): Cell[][] {
  const { loss, limits, maxLossShare, minPerSecond, flagsRestored } = capacity;
  return [
    ['Observability costs of capacity', describeShare(loss) ?? 'not found'],
    ['Limit of P95', humanMs(limits.p95Ms)],
    ['Limit of errors', humanShare(limits.errorRate)],
    ...(maxLossShare === null ? [] : [['Allowed loss', `at most ${humanPercent(maxLossShare)}`]]),
    ...(minPerSecond === null ? [] : [['Asked of the treatment', `at least ${humanRate(minPerSecond)}`]]),
    ['First rung', humanRate(capacity.firstPerSecond)],
    ['Ceiling', humanRate(capacity.ceilingPerSecond)],
    ...(capacity.sameFlags ? [['Same flags', 'both arms: what differs is noise']] : []),
    ...(flagsRestored === null
      ? []
      : [
          [
            'Flags put back',
            flagsRestored ? { text: 'yes', tone: 'good' as const } : { text: 'NO', tone: 'bad' as const },
          ],
        ]),
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
