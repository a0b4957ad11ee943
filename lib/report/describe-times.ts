/** Which time of a request the numbers are, and what is known beside it. */
import { humanMs, humanShare } from '../format/format.ts';
import type { LatencyKind } from '../metrics/latency-metrics.ts';
import type { Latency, RunResult } from '../result/run-result.ts';
import { latencyCells } from './cells.ts';
import { text, type Cell, type Part } from './document.ts';

/** Whose latency a table shows. */
const SHOWN: Readonly<Record<LatencyKind, { successful: string; all: string }>> = {
  answer: { successful: 'Successful requests', all: 'All answers and time-outs' },
  firstByte: { successful: 'Time to first byte', all: 'First bytes of all answers, and time-outs' },
  completion: { successful: 'Whole workflows', all: 'All workflows and time-outs' },
};

export function shownAs({ configuration }: RunResult): { successful: string; all: string } {
  return SHOWN[configuration.latency ?? 'answer'];
}

/** Rows of a table of latencies. */
export function timeRows({ latency, configuration }: RunResult): Cell[][] {
  const names = {
    answer: configuration.latency === 'firstByte' ? 'Whole answer' : 'Answer to the request itself',
    polling: 'Of which up to the next status request',
  };
  return (latency.times ?? []).map(({ name, latency: time }) => [names[name], ...latencyCells(time)]);
}

/** What the time is, where it is not that of the whole answer. */
export function timeNotes({ latency, configuration }: RunResult): Part[] {
  if (configuration.latency === 'firstByte')
    return [text('Latency is the time to the first byte of the answer, which may be that of its head.')];
  if (configuration.latency !== 'completion') return [];
  const every = Number(configuration.completion?.everyMs);
  const polling = latency.times?.find(({ name }) => name === 'polling')?.latency;
  return [
    text(
      `Latency is that of the whole workflow, from the request until a status request said that it was done. Status requests were ${humanMs(every)} apart${pollingShare(polling, latency.successful)}.`,
    ),
  ];
}

/** By how much workflows may be shorter than was seen. */
function pollingShare(polling: Latency | undefined, whole: Latency | null): string {
  if (polling === undefined || whole === null || whole.meanMs === 0) return '';
  const share = humanShare(polling.meanMs / whole.meanMs);
  return `: up to ${share} of the mean, ${humanMs(polling.meanMs)}, is waiting for the next one`;
}
