/** What the target said about itself, and how the load generator fared, as parts of a document. */
import { humanDuration, humanNumber } from '../format/format.ts';
import type { GeneratorResult, MonitorResult } from '../result/run-result.ts';
import { facts, table, text, type Cell, type Part } from './document.ts';

/** An error that repeats fills a report; the result has them all. */
const MOST_ERRORS = 20;
const MOST_SERIES = 200;
const MIB = 2 ** 20;

export function describeMonitor(monitor: MonitorResult | null): Part[] {
  if (monitor === null) return [];
  const { series, endpoints, targetErrors, drainMs, intervalMs } = monitor;
  const parts: Part[] = [];
  if (series.length > 0) {
    const rows = series
      .slice(0, MOST_SERIES)
      .map(({ name, unit, min, mean, max, last, slopePerMinute }): Cell[] => [
        name,
        unit,
        ...[min, mean, max, last, slopePerMinute].map((value) => (value === null ? '–' : humanNumber(value))),
      ]);
    parts.push(table(['Series', 'Unit', 'Min', 'Mean', 'Max', 'Last', 'Slope a minute'], rows, 2));
  }
  parts.push(
    table(
      ['Endpoint', 'Polls', 'Problem'],
      endpoints.map(({ path, polls, problem }): Cell[] => [
        path,
        String(polls),
        problem === null ? 'none' : { text: problem, tone: 'unsure' },
      ]),
    ),
  );
  const drain = drainMs === null ? 'not seen' : humanDuration(drainMs);
  parts.push(
    text(
      `Asked every ${humanDuration(intervalMs)}. Time until the queues were empty after the load: ${drain}.${unknownNumbers(endpoints)}`,
    ),
  );
  if (targetErrors.length > 0) {
    const rows = targetErrors.slice(0, MOST_ERRORS).map(({ message, count }) => [message, String(count)]);
    parts.push(table(['Errors that the target reported', 'Count'], rows, 1));
  }
  return parts;
}

function unknownNumbers(endpoints: MonitorResult['endpoints']): string {
  const unknown = endpoints.reduce((sum, endpoint) => sum + (endpoint.unknown ?? 0), 0);
  return unknown === 0 ? '' : ` Numbers that no pattern names, which are not shown: ${unknown}.`;
}

export function describeGenerator(generator: GeneratorResult | null): Part[] {
  if (generator === null) return [];
  const { meanCpus, peakCpus, peakResidentBytes, droppedIterations } = generator;
  const cpus = (value: number | null) => (value === null ? 'not known' : value.toFixed(2));
  const memory = peakResidentBytes === null ? 'not known' : `${(peakResidentBytes / MIB).toFixed(0)} MiB`;
  return [
    facts('k6 itself', [
      ['Processors kept busy, mean', cpus(meanCpus)],
      ['Processors kept busy, peak', cpus(peakCpus)],
      ['Memory, peak', memory],
      ['Dropped iterations', String(droppedIterations)],
    ]),
  ];
}
