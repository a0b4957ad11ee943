/** Where the time of an experiment's requests goes, by arm. */
import { humanMs, humanShare } from '../format/format.ts';
import type { OverheadResult, RunResult } from '../result/run-result.ts';
import { comparedArms, range } from './cells.ts';
import { table, text, type Cell, type Section } from './document.ts';
import { shownAs } from './describe-times.ts';

type Time = NonNullable<OverheadResult['times']>[number];

/** None where requests have one time alone. */
export function timesSections(result: RunResult, overhead: OverheadResult): Section[] {
  const times = overhead.times ?? [];
  if (times.length === 0) return [];
  const arms = comparedArms(overhead);
  const names: Record<Time['name'], string> = {
    answer: result.configuration.latency === 'completion' ? 'Answer to the request itself' : 'Whole answer',
    polling: 'Of which up to the next status request',
    server: 'What the server says that it took',
    outside: 'What it does not say',
  };
  const deciding: Cell[] = [
    `${shownAs(result).successful}, which decide${result.configuration.latency === 'firstByte' ? 's' : ''}`,
    ...arms.flatMap(({ latency }) => [ofLatency(latency?.p50Ms), ofLatency(latency?.p95Ms)]),
    '–',
    overhead.estimateMs === null ? '–' : difference(overhead.estimateMs, overhead.interval),
  ];
  const rows = times
    .filter((time) => time.arms.length > 0)
    .map((time): Cell[] => [
      names[time.name],
      ...arms.flatMap((arm) => {
        const of = time.arms.find(({ name }) => name === arm.name);
        return [ofLatency(of?.p50Ms), ofLatency(of?.p95Ms)];
      }),
      ...[0.5, 0.95].map((level) => {
        const found = time.differences.find((one) => one.level === level);
        return found === undefined ? '–' : difference(found.valueMs, found.interval);
      }),
    ]);
  const columns = ['Time', ...arms.flatMap(({ name }) => [`P50, ${name}`, `P95, ${name}`])];
  const parts = [
    table([...columns, 'Difference at P50', 'Difference at P95'], [deciding, ...rows], 1),
    ...missing(times, overhead).map(text),
  ];
  return [{ title: 'Where the time goes', parts }];
}

function ofLatency(ms: number | undefined): string {
  return ms === undefined ? '–' : humanMs(ms);
}

function difference(valueMs: number, interval: OverheadResult['interval']): string {
  return `${humanMs(valueMs)}${interval === null ? '' : ` (${range(interval)})`}`;
}

/** Answers that do not say how long the server took. */
function missing(times: readonly Time[], { arms }: OverheadResult): string[] {
  const server = times.find(({ name }) => name === 'server');
  if (server === undefined) return [];
  const answers = arms.reduce((sum, { requests, errors }) => sum + requests - errors, 0);
  const said = server.arms.reduce((sum, { count }) => sum + count, 0);
  if (said >= answers) return [];
  if (said === 0) return ['No answer says how long the server took: see api.serverTime.'];
  return [`${humanShare(1 - said / answers)} of successful answers do not say how long the server took.`];
}
