/** The CPU profile of both arms, for a report. */
import { humanMs, humanNumber, humanShare, humanUs } from '../format/format.ts';
import { humanAdded, profileOf } from './profile-text.ts';
import type { ProfileResult } from '../result/run-result.ts';
import { table, text, type Section } from './document.ts';
import { flameOf } from './flame.ts';

export function describeProfile(profile: ProfileResult | null): Section['parts'] {
  if (profile === null) return [];
  const { arms, packages, functions, nodeVersion, intervalUs } = profile;
  const flame = flameOf(profile);
  return [
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
    ...(functions.length === 0
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
        ]),
    text(`For Chrome's and VS Code's tools: ${arms.map(({ file }) => file).join(', ')}.`),
  ];
}
