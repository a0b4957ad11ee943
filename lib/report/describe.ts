/** A result as a document: the verdict first, then the guide's report items, then all that they rest on. */
import { humanDuration } from '../format/format.ts';
import { EXIT_CODES } from '../gates/exit-codes.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';
import { attributionSections } from './describe-attribution.ts';
import { capacityNumbers, capacitySections } from './describe-capacity.ts';
import { checks, configuration, gates, loadNumbers, results, stages } from './describe-load.ts';
import { describeGenerator, describeMonitor } from './describe-monitor.ts';
import {
  armNumbers,
  armsSection,
  guardsSection,
  overheadNumbers,
  overheadSection,
} from './describe-overhead.ts';
import { profileSections } from './describe-profile.ts';
import {
  chart,
  filled,
  text,
  type Document,
  type KeyNumber,
  type Part,
  type Section,
  type Tone,
} from './document.ts';
import { spansOf } from './spans.ts';
import { timeCharts } from './time-charts.ts';

const TONES: Readonly<Record<RunResult['outcome']['status'], Tone>> = {
  passed: 'good',
  'noise floor': 'good',
  failed: 'bad',
  'broken report': 'bad',
  invalid: 'bad',
  'not run': 'bad',
  'not gated': 'unsure',
  inconclusive: 'unsure',
  interrupted: 'unsure',
};

/** The document of one result. */
export function describe(result: RunResult): Document {
  const { run, outcome } = result;
  return {
    title: `${run.scenario} on ${run.environment}`,
    subtitle: `${run.startedAt}, ${humanDuration(run.durationMs)}, thresholds ${run.thresholds}`,
    head: [run.scenario, run.environment, `thresholds ${run.thresholds}`, run.startedAt],
    verdict: verdictOf(result),
    keyNumbers: outcome.status === 'not run' ? [] : keyNumbers(result),
    spans: spansOf(result),
    sections: filled(
      outcome.status === 'not run'
        ? [{ title: 'Test configuration', parts: configuration(result) }]
        : sectionsOf(result),
    ),
  };
}

function sectionsOf(result: RunResult): Section[] {
  // Without thresholds k6 keeps nothing that an experiment could be judged by.
  const isGated = result.outcome.status !== 'not gated';
  const overhead = isGated ? result.overhead : null;
  const capacity = isGated ? result.capacity : null;
  return [
    { title: 'Recommendations', parts: result.recommendations.map(advice) },
    ...(overhead === null || result.attribution === null
      ? []
      : attributionSections(result.attribution, overhead)),
    ...(overhead === null ? [] : [overheadSection(overhead), armsSection(overhead)]),
    ...(capacity === null ? [] : capacitySections(capacity)),
    ...profileSections(result.profile),
    { title: 'Results', parts: results(result) },
    ...overTime(result),
    { title: 'Stages', parts: stages(result) },
    { title: 'Gates', parts: gates(result) },
    ...(overhead === null ? [] : [guardsSection(overhead)]),
    { title: 'Checks', parts: checks(result) },
    { title: 'Load generator', parts: describeGenerator(result.generator) },
    { title: 'Test configuration', parts: configuration(result) },
    { title: 'Notes', parts: result.notes.map(text) },
  ];
}

function verdictOf({ outcome, overhead, capacity }: RunResult): Document['verdict'] {
  const tone = TONES[outcome.status];
  const name = overhead !== null ? 'overhead verdict' : capacity !== null ? 'capacity verdict' : 'verdict';
  const experiment = outcome.status === 'not gated' ? null : (overhead ?? capacity);
  if (experiment !== null && outcome.status !== 'not run')
    return { ...experimentVerdict(experiment), tone, name };
  const loaded = outcome.status === 'not run' ? '; nothing was loaded' : '';
  return {
    word: outcome.status.toUpperCase(),
    tone,
    reason: outcome.reason + loaded,
    exitCode: outcome.status === 'not gated' ? null : EXIT_CODES[outcome.status],
    name,
  };
}

/** What an experiment came to. */
export function experimentVerdict({
  verdict: { kind, reasons, exitCode },
}: {
  verdict: { kind: string; reasons: readonly string[]; exitCode: number };
}): Pick<Document['verdict'], 'word' | 'reason' | 'exitCode'> {
  return { word: kind.replace('_', ' '), reason: reasons.join('; '), exitCode };
}

function keyNumbers(result: RunResult): KeyNumber[] {
  const { overhead, capacity } = result;
  if (capacity !== null) return capacityNumbers(capacity);
  if (overhead !== null) return [...overheadNumbers(overhead), ...armNumbers(overhead)];
  return loadNumbers(result);
}

/** What to change, and what speaks for it. */
export function advice({ title, evidence, change, guide, rule }: Recommendation): Part {
  return { kind: 'advice', title, evidence, change, source: `The guide: ${guide}. Rule: ${rule}.` };
}

function overTime(result: RunResult): Section[] {
  const { load, monitor } = timeCharts(result);
  return [
    { title: 'Over time', parts: load.map(chart) },
    { title: 'Monitoring', parts: [...monitor.map(chart), ...describeMonitor(result.monitor)] },
  ];
}
