/** The overhead experiment as text: the verdict first, then what it rests on. */
import { printable } from '../format/printable.ts';
import { whatWouldSettle } from '../experiment/explain.ts';
import { humanMs, humanShare, table } from '../format/format.ts';
import type { OverheadResult } from '../result/run-result.ts';

/** Width of a block's bar. */
const BAR = 40;

/** `PASS  the overhead is below 31.2 ms, the budget is 150.0 ms  (exit code 0)`. */
export function verdictLine({
  verdict,
}: {
  verdict: Pick<OverheadResult['verdict'], 'reasons' | 'exitCode'> & { kind: string };
}): string {
  const reason = printable(verdict.reasons.join('; '), 1_000);
  return `${verdict.kind.replace('_', ' ')}  ${reason}  (exit code ${verdict.exitCode})`;
}

/** The sections of the report below the verdict, each a title with its lines. */
export function overheadSections(overhead: OverheadResult): [title: string, lines: string[]][] {
  return [
    ['Overhead at P95', numbers(overhead)],
    ['Arms', arms(overhead)],
    ['Blocks, treatment - baseline', blocks(overhead)],
    ['Guards', guards(overhead)],
  ];
}

function numbers(overhead: OverheadResult): string[] {
  const { estimateMs, interval, bounds, budgetMs, verdict, savedShare, measuredBlocks, plannedBlocks } =
    overhead;
  if (estimateMs === null) return [];
  return table([
    [
      'Overhead:',
      `${humanMs(estimateMs)}${interval === null ? '' : `, 95 % interval ${humanMs(interval.lowerMs)} to ${humanMs(interval.upperMs)}`}`,
    ],
    ['Budget:', humanMs(budgetMs)],
    [
      'Decided by:',
      bounds === null
        ? 'no bound yet'
        : `one-sided bounds ${humanMs(bounds.lowerMs)} and ${humanMs(bounds.upperMs)}`,
    ],
    ...(overhead.sameFlags
      ? [['A/A run:', 'both arms have the same flags; this measures the noise, not an overhead']]
      : []),
    ...(verdict.noiseFloorMs === null
      ? []
      : [
          [
            'Noise floor:',
            `${humanMs(verdict.noiseFloorMs)}: the smallest overhead that this target and this plan can see`,
          ],
        ]),
    ...(verdict.kind === 'INCONCLUSIVE' ? [['To settle it:', whatWouldSettle(verdict.moreBlocks)]] : []),
    [
      'Blocks:',
      `${measuredBlocks} of ${plannedBlocks}${savedShare > 0 ? `; the early stop saved ${humanShare(savedShare)} of the plan` : ''}`,
    ],
  ]);
}

function arms(overhead: OverheadResult): string[] {
  return table(
    overhead.arms.map(({ name, flags, p95Ms, requests, errors }) => [
      armLabel({ name, flags }),
      p95Ms === null ? 'not measured' : `P95 ${humanMs(p95Ms)}`,
      `${requests} requests`,
      `${errors} errors`,
      describeFlags(flags),
    ]),
  );
}

/** An arm's name; an arm of attribution is named by its flags, which stand beside it anyway. */
export function armLabel({ name, flags }: Pick<OverheadResult['arms'][number], 'name' | 'flags'>): string {
  return name.split('+').some((part) => part in flags) ? '' : name;
}

/** The two arms whose difference is the overhead; an attribution has many more. */
export function comparedArms({ arms, baseline, treatment }: OverheadResult): OverheadResult['arms'] {
  return arms.filter(({ name }) => name === baseline || name === treatment);
}

/** `no observability`, `all of observability`, or the features that are on. */
export function describeFlags(flags: Readonly<Record<string, boolean>>): string {
  const on = Object.keys(flags).filter((flag) => flags[flag] === true);
  if (on.length === 0) return 'no observability';
  if (on.length === 1 && flags.ENABLE_OBSERVABILITY === true) return 'observability without flags';
  if (on.length === Object.keys(flags).length) return 'all of observability';
  return on.filter((flag) => flag !== 'ENABLE_OBSERVABILITY').join(' ');
}

/** Each block's difference as a bar from the smallest to the largest; the order of its arms beside it. */
function blocks({ differencesMs, orders }: OverheadResult): string[] {
  const measured = differencesMs.filter((difference) => difference !== null);
  if (measured.length === 0) return [];
  const low = Math.min(0, ...measured);
  const high = Math.max(0, ...measured);
  const scale = (value: number) => (high === low ? 0 : Math.round(((value - low) / (high - low)) * BAR));
  return table(
    differencesMs.flatMap((difference, i) => {
      if (difference === null) return [];
      const [from, to] = [scale(Math.min(0, difference)), scale(Math.max(0, difference))];
      return [
        [
          String(i + 1).padStart(3),
          orders[i] ?? '',
          humanMs(difference).padStart(10),
          ' '.repeat(from) + '█'.repeat(Math.max(1, to - from)),
        ],
      ];
    }),
  );
}

function guards(overhead: OverheadResult): string[] {
  return table(
    overhead.guards.map(({ name, held, message }) => [
      held ? 'ok' : 'NOT HELD',
      name,
      printable(message, 300),
    ]),
  );
}
