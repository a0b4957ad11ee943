/** The comparison of two groups of finished runs as a document. */
import { printable } from '../format/printable.ts';
import { humanMs } from '../format/format.ts';
import type { ComparedRun, Comparison } from '../compare/comparison.ts';
import { experimentVerdict } from './describe-run.ts';
import { describeFeatures } from './cells.ts';
import { guardsSection, overheadNumbers, overheadSection } from './describe-overhead.ts';
import { filled, table, text, type Document } from './document.ts';

const COLUMNS = ['Group', 'File', 'Start', 'P95', 'Requests', 'Errors', 'Observability', 'How P95 was found'];

export function describeComparison({ baseline, treatment, unlike, overhead, notes }: Comparison): Document {
  const size = `${baseline.length} baseline and ${treatment.length} treatment runs`;
  return {
    title: 'Comparison',
    subtitle: size,
    head: ['compare', size],
    verdict: {
      ...experimentVerdict(overhead),
      tone: { 0: 'good' as const, 110: 'unsure' as const }[overhead.verdict.exitCode] ?? 'bad',
      name: 'comparison',
    },
    keyNumbers: overheadNumbers(overhead),
    sections: filled([
      { title: 'Unlike, compared all the same', parts: unlike.map(text) },
      overheadSection(overhead, null, false),
      guardsSection(overhead),
      {
        title: 'Runs',
        parts: [
          table(COLUMNS, [
            ...baseline.map((run) => rowOf('baseline', run)),
            ...treatment.map((run) => rowOf('treatment', run)),
          ]),
        ],
      },
      { title: 'Notes', parts: notes.map(text) },
    ]),
  };
}

function rowOf(
  group: string,
  { file, startedAt, p95Ms, p95From, requests, errors, flags, settings }: ComparedRun,
): string[] {
  const stated = (value: string | number | null) => (value === null ? 'not stated' : String(value));
  return [
    group,
    file,
    stated(startedAt),
    p95Ms === null ? 'NOT USABLE' : humanMs(p95Ms),
    stated(requests),
    stated(errors),
    flags === null || settings === null ? 'not stated' : describeFeatures(flags, settings),
    printable(p95From, 300),
  ];
}
