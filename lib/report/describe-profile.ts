/** The CPU profile of both arms, for a report. */
import { humanMs, humanNumber, humanShare, humanUs } from '../format/format.ts';
import type { ProfileResult } from '../result/run-result.ts';

import { filled, table, text, type Section } from './document.ts';
import { flameOf } from './flame.ts';

/** None where no profile was taken. */
export function profileSections(profile: ProfileResult | null): Section[] {
  if (profile === null) return [];
  const { arms, packages, functions, nodeVersion, intervalUs } = profile;
  const flame = flameOf(profile);
  return filled([
    {
      title: 'CPU profile',
      parts: [
        text(
          `A CPU profile${profileOf(profile)}. Taken after the verdict and not in it, once in each arm, a sample each ${humanNumber(intervalUs / 1_000)} ms, ` +
            `in a process of Node.js ${nodeVersion}: a look at where the time goes, without an interval.`,
        ),
        table(
          [
            'Arm',
            'CPU a request',
            'Busy',
            'Event loop delay P50',
            'P99',
            'Max',
            'Collections',
            'Of garbage',
            'Requests',
          ],
          arms.map(({ name, cpuUs, busyShare, eventLoopDelay, collections, requests }) => [
            name,
            humanUs(cpuUs),
            humanShare(busyShare),
            humanMs(eventLoopDelay.p50Ms),
            humanMs(eventLoopDelay.p99Ms),
            humanMs(eventLoopDelay.maxMs),
            String(collections.count),
            humanMs(collections.totalMs),
            String(requests),
          ]),
          1,
        ),
        text(`For Chrome's and VS Code's tools: ${arms.map(({ file }) => file).join(', ')}.`),
      ],
    },
    {
      title: 'CPU by package, a request',
      parts: [
        table(
          ['Self time of', 'Baseline', 'Treatment', 'Adds', "Adds with Node.js's code that it calls"],
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
      parts:
        functions.length === 0
          ? []
          : [
              table(
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
            ],
    },
  ]);
}

/** ` of A: all flags without it and with it`; nothing where it is of the experiment's own arms. */
function profileOf({ flag, arms: all }: ProfileResult): string {
  if (flag === null) return '';
  const alone = all.every(({ flags }) => Object.entries(flags).every(([name, on]) => name === flag || !on));
  return ` of ${flag}: ${alone ? 'it alone' : 'all flags'}, without it and with it`;
}

/** What the treatment adds, with its sign. */
function humanAdded({ baselineUs, treatmentUs }: ProfileResult['packages'][number]['self']): string {
  const us = treatmentUs - baselineUs;
  return `${us > 0 ? '+' : ''}${humanUs(us)}`;
}
