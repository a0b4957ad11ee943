/** What the monitor saw and what it speaks for, as text. */
import { printable } from '../format/printable.ts';
import { humanDuration, humanNumber, table } from '../format/format.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';

/** The sections on monitoring, each a title with its lines. */
export function monitorSections({ recommendations, monitor }: RunResult): [title: string, lines: string[]][] {
  return [
    ['Recommendations', recommendations.flatMap(recommendation)],
    ['Monitoring', monitor === null ? [] : [...series(monitor), ...others(monitor)]],
  ];
}

function recommendation({ rule, title, evidence, change, guide }: Recommendation): string[] {
  return [
    `${title} (${rule})`,
    ...evidence.map((text) => `  ${printable(text, 300)}`),
    `  → ${change}`,
    `  guide: ${guide}`,
  ];
}

/** Series that were 0 all the time are left out; the JSON has them. */
function series(monitor: RunResult['monitor'] & object): string[] {
  return table(
    monitor.series
      .filter(({ max }) => max !== 0)
      .map(({ name, unit, min, mean, max, last, slopePerMinute }) => [
        printable(name, 80),
        `min ${humanNumber(min)}`,
        `mean ${mean === null ? '–' : humanNumber(mean)}`,
        `max ${humanNumber(max)}`,
        `last ${humanNumber(last)} ${printable(unit, 30)}`,
        slopePerMinute === null ? '' : `${humanNumber(slopePerMinute)} a minute`,
      ]),
  );
}

function others({ endpoints, drainMs, targetErrors }: RunResult['monitor'] & object): string[] {
  return [
    ...endpoints.flatMap(({ path, problem }) =>
      problem === null ? [] : [`not read: ${printable(path, 200)}: ${problem}`],
    ),
    ...(drainMs === null || drainMs === 0
      ? []
      : [`queues were empty ${humanDuration(drainMs)} after the run`]),
    ...targetErrors
      .slice(0, 5)
      .map(({ message, count }) => `error of the target, ${count} times: ${printable(message, 200)}`),
  ];
}
