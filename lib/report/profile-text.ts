/** The CPU profile of both arms as text. */
import { printable } from '../format/printable.ts';
import { humanMs, humanNumber, humanShare, humanUs, table } from '../format/format.ts';
import type { ProfileResult, RunResult } from '../result/run-result.ts';

type Times = ProfileResult['packages'][number]['self'];

/** Rows of a list in a terminal; the JSON has all. */
const ROWS = 10;

/** The sections on the profile, each a title with its lines; none where there is no profile. */
export function profileSections({ profile }: Pick<RunResult, 'profile'>): [title: string, lines: string[]][] {
  if (profile === null) return [];
  return [
    [`CPU profile${profileOf(profile)}, after the verdict and not in it`, arms(profile)],
    ['CPU by package, a request', packages(profile)],
    ['CPU by function, a request', functions(profile)],
  ];
}

/** ` of TRACK_MODEL_COSTS: all flags without it and with it`; nothing where it is of the experiment's own arms. */
export function profileOf({ flag, arms: all }: ProfileResult): string {
  if (flag === null) return '';
  const alone = all.every(({ flags }) => Object.entries(flags).every(([name, on]) => name === flag || !on));
  return ` of ${flag}: ${alone ? 'it alone' : 'all flags'}, without it and with it`;
}

/** The profile's sections and what they speak for, as the command line prints them behind k6's report. */
export function profileReport(result: RunResult): string {
  const advice = result.recommendations
    .filter(({ rule }) => rule === (result.profile?.flag == null ? 'costly-package' : 'largest-flag'))
    .flatMap(({ title, evidence, change, guide }) => [
      `${title}:`,
      ...evidence.map((line) => `  ${printable(line, 300)}`),
      `  → ${change}`,
      `  guide: ${guide}`,
      '',
    ]);
  const sections = profileSections(result).flatMap(([title, lines]) =>
    lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''],
  );
  return [...sections, ...advice].map((line) => `${line}\n`).join('');
}

/** What the treatment adds, with its sign. */
export function humanAdded({ baselineUs, treatmentUs }: Times): string {
  const us = treatmentUs - baselineUs;
  return `${us > 0 ? '+' : ''}${humanUs(us)}`;
}

function arms({ arms: all }: ProfileResult): string[] {
  return table(
    all.map(({ name, requests, seconds, cpuUs, busyShare, eventLoopDelay, collections }) => [
      name,
      `${humanUs(cpuUs)} a request`,
      `busy ${humanShare(busyShare)}`,
      `${requests} requests in ${humanNumber(seconds)} s`,
      `event loop delay P99 ${humanMs(eventLoopDelay.p99Ms)}, at most ${humanMs(eventLoopDelay.maxMs)}`,
      `${collections.count} garbage collections, ${humanMs(collections.totalMs)}`,
    ]),
  );
}

function packages({ packages: all }: ProfileResult): string[] {
  return table([
    ['', 'baseline', 'treatment', 'adds', "adds with Node.js's code that it calls"],
    ...all
      .slice(0, ROWS)
      .map(({ name, self, charged }) => [
        printable(name, 80),
        humanUs(self.baselineUs),
        humanUs(self.treatmentUs),
        humanAdded(self),
        humanAdded(charged),
      ]),
  ]);
}

function functions({ functions: all }: ProfileResult): string[] {
  return table(
    all
      .slice(0, ROWS)
      .map(({ name, package: of, file, charged }) => [
        printable(name, 60),
        humanAdded(charged),
        printable(`${of} ${file}`, 120),
      ]),
  );
}
