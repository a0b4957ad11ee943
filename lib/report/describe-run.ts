/** The document of a run: the verdict first, then the guide's report items, then all that they rest on. */
import { humanDuration } from '../format/format.ts';
import { EXIT_CODES } from '../gates/exit-codes.ts';
import type { Recommendation, RunResult } from '../result/run-result.ts';
import { checks, configuration, gates, loadNumbers, results, stages } from './describe-load.ts';
import { describeGenerator, describeMonitor } from './describe-monitor.ts';
import {
  filled,
  text,
  type Document,
  type KeyNumber,
  type Part,
  type Section,
  type Tone,
} from './document.ts';
import type { Span } from './spans.ts';

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

/** What only experiments have, and charts, which nothing but the page shows: a load's bundle does without the code for it. */
export interface Extra {
  /** Instead of a load's. */
  keyNumbers?: KeyNumber[];
  spans?: Span[];
  /** What the experiment found. */
  findings: Section[];
  /** Behind the latency. */
  percentiles: Part[];
  overTime: Part[];
  monitoring: Part[];
  guards: Section[];
}

const NOTHING: Extra = { findings: [], percentiles: [], overTime: [], monitoring: [], guards: [] };

/** The document of a result: of a load without charts, unless there is more. */
export function describeRun(result: RunResult, extra: Extra = NOTHING): Document {
  const { run, outcome } = result;
  const { spans } = extra;
  return {
    title: `${run.scenario} on ${run.environment}`,
    subtitle: `${run.startedAt}, ${humanDuration(run.durationMs)}, thresholds ${run.thresholds}`,
    head: [run.scenario, run.environment, `thresholds ${run.thresholds}`, run.startedAt],
    verdict: verdictOf(result),
    keyNumbers: outcome.status === 'not run' ? [] : (extra.keyNumbers ?? loadNumbers(result)),
    ...(spans === undefined ? {} : { spans }),
    sections: filled(
      outcome.status === 'not run'
        ? [{ title: 'Test configuration', parts: configuration(result) }]
        : sectionsOf(result, extra),
    ),
  };
}

function sectionsOf(result: RunResult, extra: Extra): Section[] {
  return [
    { title: 'Recommendations', parts: result.recommendations.map(advice) },
    ...extra.findings,
    { title: 'Results', parts: [...results(result), ...extra.percentiles] },
    { title: 'Over time', parts: extra.overTime },
    { title: 'Monitoring', parts: [...extra.monitoring, ...describeMonitor(result.monitor)] },
    { title: 'Stages', parts: stages(result) },
    { title: 'Gates', parts: gates(result) },
    ...extra.guards,
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

/** What to change, and what speaks for it. */
export function advice({ title, evidence, change, guide, rule }: Recommendation): Part {
  return { kind: 'advice', title, evidence, change, source: `The guide: ${guide}. Rule: ${rule}.` };
}
