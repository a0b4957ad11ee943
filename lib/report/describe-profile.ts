/** The CPU profile of both arms, for a report. */
import { humanMs, humanNumber, humanShare, humanUs, signed } from '../format/format.ts';
import type { ProfileResult } from '../result/run-result.ts';
import { filled, table, tableOfAny, text, type Part, type Section } from './document.ts';
import { flameOf } from './flame.ts';

/** None where no profile was taken. */
export function profileSections(profile: ProfileResult | null): Section[] {
  if (profile === null) return [];
  const { arms, packages, functions, nodeVersion, intervalUs } = profile;
  const isNode = nodeVersion !== undefined;
  const own = isNode ? "Node.js's code" : 'code of the runtime and the standard library';
  const flame = flameOf(profile);
  return filled([
    {
      title: 'CPU profile',
      parts: [
        text(
          `A CPU profile${profileOf(profile)}. Taken after the verdict and not in it, once in each arm, a sample each ${humanNumber(intervalUs / 1_000)} ms, ` +
            `${isNode ? `in a process of Node.js ${nodeVersion}` : 'by pprof'}: a look at where the time goes, without an interval.`,
        ),
        armsTable(profile),
        text(
          `${isNode ? "For Chrome's and VS Code's tools" : 'For go tool pprof'}: ${arms.map(({ file }) => file).join(', ')}.`,
        ),
      ],
    },
    {
      title: 'CPU by package, a request',
      parts: [
        table(
          ['Self time of', 'Baseline', 'Treatment', 'Adds', `Adds with ${own} that it calls`],
          packages.map(({ name, self, charged }) => [
            name,
            humanUs(self.baselineUs),
            humanUs(self.treatmentUs),
            humanAdded(self),
            humanAdded(charged),
          ]),
          1,
        ),
        ...(flame === null ? [] : [{ kind: 'flame' as const, flame }]),
      ],
    },
    {
      title: 'CPU by function, a request',
      parts: tableOfAny(
        ['Function', 'Of', 'File', 'Baseline', 'Treatment', 'Adds'],
        functions.map(({ name, package: of, file, charged }) => [
          name,
          of,
          file,
          humanUs(charged.baselineUs),
          humanUs(charged.treatmentUs),
          humanAdded(charged),
        ]),
        3,
      ),
    },
  ]);
}

/** What each arm took, with what only an inspector of Node.js tells. */
function armsTable({ arms, nodeVersion }: ProfileResult): Part {
  const ms = (value: number | undefined) => (value === undefined ? '–' : humanMs(value));
  const ofNode: Column[] = [
    ['Busy', ({ busyShare }) => (busyShare === undefined ? '–' : humanShare(busyShare))],
    ['Event loop delay P50', ({ eventLoopDelay }) => ms(eventLoopDelay?.p50Ms)],
    ['P99', ({ eventLoopDelay }) => ms(eventLoopDelay?.p99Ms)],
    ['Max', ({ eventLoopDelay }) => ms(eventLoopDelay?.maxMs)],
    ['Collections', ({ collections }) => String(collections?.count ?? '–')],
    ['Of garbage', ({ collections }) => ms(collections?.totalMs)],
  ];
  const columns: Column[] = [
    ['Arm', ({ name }) => name],
    ['CPU a request', ({ cpuUs }) => humanUs(cpuUs)],
    ...(nodeVersion === undefined
      ? [['Samples', ({ samples }) => String(samples)] satisfies Column]
      : ofNode),
    ['Requests', ({ requests }) => String(requests)],
  ];
  return table(
    columns.map(([title]) => title),
    arms.map((arm) => columns.map(([, cellOf]) => cellOf(arm))),
    1,
  );
}

type Column = [title: string, cellOf: (arm: ProfileResult['arms'][number]) => string];

/** ` of A: all flags without it and with it`; nothing where it is of the experiment's own arms. */
function profileOf({ flag, arms: all }: ProfileResult): string {
  if (flag === null) return '';
  const alone = all.every(({ flags }) => Object.entries(flags).every(([name, on]) => name === flag || !on));
  return ` of ${flag}: ${alone ? 'it alone' : 'all flags'}, without it and with it`;
}

/** What the treatment adds, with its sign. */
function humanAdded({ baselineUs, treatmentUs }: ProfileResult['packages'][number]['self']): string {
  return signed(treatmentUs - baselineUs, humanUs);
}
