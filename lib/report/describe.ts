/** A result as a document: the verdict first, then the guide's report items, then all that they rest on. */
import { armLabel, comparedArms, describeFlags as featuresOn } from './overhead-text.ts';
import { EXIT_CODES } from '../gates/exit-codes.ts';
import { humanDuration, humanMs, humanShare } from '../format/format.ts';
import type { Latency, OverheadResult, RunResult } from '../result/run-result.ts';
import { describeFlags, describeLoad, switchesItself } from '../result/describe-configuration.ts';
import { amount } from './text.ts';
import { whatWouldSettle } from '../experiment/explain.ts';
import { capacityDocument, capacityNumbers } from './describe-capacity.ts';
import { blockChart } from './block-chart.ts';
import {
  chart,
  table,
  text,
  type Cell,
  type Document,
  type KeyNumber,
  type Section,
  type Tone,
} from './document.ts';
import { describeGenerator, describeMonitor } from './describe-monitor.ts';
import { attributionSection } from './share-bars.ts';
import { describeProfile } from './describe-profile.ts';
import { percentileChart } from './percentile-chart.ts';
import { describeSpans, spansOf } from './spans.ts';
import { timeCharts } from './time-charts.ts';

type Outcome = RunResult['outcome']['status'];

const TONES: Readonly<Partial<Record<Outcome, Tone>>> = {
  passed: 'good',
  'noise floor': 'good',
  failed: 'bad',
  'broken report': 'bad',
  invalid: 'bad',
  'not run': 'bad',
};

const LATENCY_COLUMNS = ['Requests', 'P50', 'P95', 'P99', 'Mean', 'Min', 'Max'];

/** The document of one result. Its strings are raw: who writes it escapes them. */
export function describe(result: RunResult): Document {
  const { run } = result;
  const sections: Section[] = [
    { title: 'Recommendations', parts: recommendations(result) },
    ...(result.overhead === null ? [] : attributionSection(result.attribution, result.overhead)),
    ...(result.overhead === null ? [] : overheadSections(result.overhead)),
    ...(result.capacity === null ? [] : capacityDocument(result.capacity)),
    { title: 'CPU profile', parts: describeProfile(result.profile) },
    { title: 'Results', parts: results(result) },
    ...overTime(result),
    { title: 'Stages', parts: stages(result) },
    { title: 'Gates', parts: gates(result) },
    { title: 'Guards', parts: result.overhead === null ? [] : guards(result.overhead) },
    { title: 'Checks', parts: checks(result) },
    { title: 'Load generator', parts: describeGenerator(result.generator) },
    { title: 'Test configuration', parts: configuration(result) },
    { title: 'Notes', parts: result.notes.map(text) },
  ];
  return {
    title: `${run.scenario} on ${run.environment}`,
    subtitle: `${run.startedAt}, ${humanDuration(run.durationMs)}, thresholds ${run.thresholds}`,
    verdict: verdict(result),
    keyNumbers: keyNumbers(result),
    spans: spansOf(result),
    sections: sections.filter(({ parts }) => parts.length > 0),
  };
}

function verdict({ outcome, overhead, capacity }: RunResult): Document['verdict'] {
  const experiment = outcome.status === 'not gated' ? null : (overhead ?? capacity);
  const code = experiment?.verdict.exitCode ?? EXIT_CODES[outcome.status];
  const reason = experiment?.verdict.reasons.join('; ') ?? outcome.reason;
  return {
    word: experiment?.verdict.kind.replace('_', ' ') ?? outcome.status.toUpperCase(),
    tone: TONES[outcome.status] ?? 'unsure',
    reason: outcome.status === 'not gated' ? reason : `${reason} (exit code ${code})`,
  };
}

function keyNumbers(result: RunResult): KeyNumber[] {
  const { overhead, capacity, requests, latency, gates: judged } = result;
  if (capacity !== null) return capacityNumbers(capacity);
  if (overhead !== null) {
    const { estimateMs, interval, budgetMs, measuredBlocks, plannedBlocks } = overhead;
    return [
      {
        label: 'Overhead at P95',
        value: estimateMs === null ? 'not measured' : humanMs(estimateMs),
        note: interval === null ? 'no interval yet' : `95 %: ${range(interval)}`,
      },
      {
        label: `Target: below ${humanMs(budgetMs)}`,
        value: targetMet(overhead),
        note: 'decided by the bounds',
      },
      ...comparedArms(overhead).map(({ name, p95Ms, flags }) => ({
        label: `P95, ${name}`,
        value: p95Ms === null ? 'not measured' : humanMs(p95Ms),
        note: featuresOn(flags),
      })),
      { label: 'Blocks', value: `${measuredBlocks} of ${plannedBlocks}`, note: `${requests.total} requests` },
    ];
  }
  const { successful } = latency;
  const limit = judged.find(({ metric, unit, kind }) => kind === 'limit' && unit === 'ms' && metric !== '');
  return [
    {
      label: 'P95 of successful requests',
      value: successful === null ? 'not measured' : humanMs(successful.p95Ms),
      note: limit === undefined ? 'no limit' : `limit ${humanMs(limit.limit)}`,
    },
    ...(limit === undefined
      ? []
      : [{ label: `Target: below ${humanMs(limit.limit)}`, value: met(limit.status), note: limit.name }]),
    {
      label: 'Error rate',
      value: requests.errorRate === null ? 'not measured' : humanShare(requests.errorRate),
      note: `${requests.total - requests.successful} of ${requests.total} requests`,
    },
    { label: 'Requests', value: `${requests.perSecond.toFixed(1)}/s`, note: `${requests.total} in all` },
  ];
}

function met(status: RunResult['gates'][number]['status']): string {
  return status === 'passed' ? 'met' : status === 'failed' ? 'not met' : 'not known';
}

function targetMet({ verdict: { kind }, sameFlags }: OverheadResult): string {
  if (sameFlags) return 'not asked: A/A run';
  return kind === 'PASS' ? 'met' : kind === 'FAIL' ? 'not met' : 'not known';
}

function range({ lowerMs, upperMs }: { lowerMs: number; upperMs: number }): string {
  return `${humanMs(lowerMs)} to ${humanMs(upperMs)}`;
}

function recommendations({ recommendations: all }: RunResult): Section['parts'] {
  return all.map(({ title, evidence, change, guide, rule }) => ({
    kind: 'advice',
    title,
    evidence,
    change,
    source: `The guide: ${guide}. Rule: ${rule}.`,
  }));
}

function overheadSections(overhead: OverheadResult): Section[] {
  const blocks = blockChart(overhead);
  return [
    {
      title: 'Overhead',
      parts: [
        table(['Overhead at P95', 'Value'], overheadRows(overhead)),
        ...(blocks === null ? [] : [chart(blocks)]),
        ...(overhead.orders.length === 0
          ? []
          : [
              text(
                `Order of the arms in each block (B baseline, T treatment): ${overhead.orders.join(', ')}.`,
              ),
            ]),
      ],
    },
    {
      title: 'Comparison',
      parts: [
        table(
          ['Arm', 'Observability', 'Errors', ...LATENCY_COLUMNS],
          overhead.arms.map(({ name, flags, errors, requests, latency }) => [
            armLabel({ name, flags }),
            featuresOn(flags),
            String(errors),
            ...(latency === null ? [String(requests), ...Array<string>(6).fill('–')] : latencyCells(latency)),
          ]),
          2,
        ),
      ],
    },
  ];
}

function overheadRows(overhead: OverheadResult): Cell[][] {
  const { estimateMs, interval, bounds, budgetMs, verdict: judged, savedShare } = overhead;
  const saved = savedShare > 0 ? `; the early stop saved ${humanShare(savedShare)} of the plan` : '';
  return [
    ['Overhead', estimateMs === null ? 'not measured' : humanMs(estimateMs)],
    ['95 % interval', interval === null ? 'none yet' : range(interval)],
    ['Budget', humanMs(budgetMs)],
    ['Target met', targetMet(overhead)],
    ['Decided by one-sided bounds', bounds === null ? 'none yet' : range(bounds)],
    ...(overhead.sameFlags ? [['A/A run', 'both arms have the same flags: this measures the noise']] : []),
    ...(judged.noiseFloorMs === null ? [] : [['Noise floor', humanMs(judged.noiseFloorMs)]]),
    ...(judged.kind === 'INCONCLUSIVE' ? [['To settle it', whatWouldSettle(judged.moreBlocks)]] : []),
    ['Blocks', `${overhead.measuredBlocks} of ${overhead.plannedBlocks}${saved}`],
    ['Switched by', overhead.mode],
    ...(overhead.flagsRestored === null
      ? []
      : [['Flags put back', toned(overhead.flagsRestored, 'yes', 'NO')]]),
  ];
}

function latencyCells({ count, p50Ms, p95Ms, p99Ms, meanMs, minMs, maxMs }: Latency): string[] {
  return [String(count), ...[p50Ms, p95Ms, p99Ms, meanMs, minMs, maxMs].map(humanMs)];
}

function results({ latency: { levels, successful, all }, requests, overhead }: RunResult): Section['parts'] {
  const rows: [string, Latency | null][] = [
    ['Successful', successful],
    ['All answers and time-outs', all],
  ];
  const measured = rows.flatMap(([label, latency]) =>
    latency === null ? [] : [[label, ...latencyCells(latency)]],
  );
  const ofArms = (overhead === null ? [] : comparedArms(overhead)).flatMap(({ name, latency }) =>
    latency === null ? [] : [[name, latency] as const],
  );
  const lines = ofArms.length > 0 ? ofArms : successful === null ? [] : [['successful', successful] as const];
  return [
    measured.length === 0
      ? text('No request was answered: there is no latency to report.')
      : table(['Requests of', ...LATENCY_COLUMNS], measured, 1),
    ...(requests.refused > 0
      ? [text(`${humanShare(requests.refused)} of requests were refused or never left.`)]
      : []),
    ...(lines.length === 0 ? [] : [chart(percentileChart(levels, lines))]),
  ];
}

function overTime(result: RunResult): Section[] {
  const { load, monitor, left } = timeCharts(result);
  const shaded = describeSpans(result);
  return [
    { title: 'Over time', parts: [...load.map(chart), ...(shaded === null ? [] : [text(shaded)])] },
    {
      title: 'Monitoring',
      parts: [
        ...monitor.map(chart),
        ...(left > 0
          ? [text(`${left} more series, such as those that did not change, are in the table alone.`)]
          : []),
        ...describeMonitor(result.monitor),
      ],
    },
  ];
}

function stages({ latency }: RunResult): Section['parts'] {
  if (latency.stages.length === 0) return [];
  const rows = latency.stages.map(({ stage, duration, target, latency: ofStage }) => [
    String(stage + 1),
    `${duration} to ${target}`,
    ...(ofStage === null ? ['0', ...Array<string>(6).fill('–')] : latencyCells(ofStage)),
  ]);
  return [table(['Stage', 'Load', ...LATENCY_COLUMNS], rows, 2)];
}

function gates({ gates: all }: RunResult): Section['parts'] {
  if (all.length === 0) return [];
  const rows = all.map((gate): Cell[] => [
    {
      text: gate.status,
      tone: gate.status === 'passed' ? 'good' : gate.status === 'not gated' ? 'unsure' : 'bad',
    },
    gate.name,
    `${gate.operator ?? ''} ${amount(gate, gate.limit)}`,
    gate.observed === null ? 'no samples' : amount(gate, gate.observed),
  ]);
  return [table(['Status', 'Gate', 'Limit', 'Observed'], rows, 2)];
}

function guards({ guards: all }: OverheadResult): Section['parts'] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, held, message }): Cell[] => [toned(held, 'held', 'not held'), name, message]);
  return [table(['Status', 'Guard', 'Seen'], rows)];
}

function checks({ checks: all }: RunResult): Section['parts'] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, passes, fails }): Cell[] => [
    toned(fails === 0, 'ok', 'failed'),
    name,
    String(passes),
    String(fails),
  ]);
  return [table(['Status', 'Check', 'Passed', 'Failed'], rows, 2)];
}

function toned(good: boolean, yes: string, no: string): Cell {
  return { text: good ? yes : no, tone: good ? 'good' : 'bad' };
}

function configuration({ configuration: c, run }: RunResult): Section['parts'] {
  const limits = Object.entries(c.limits).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    table(
      ['Setting', 'Value'],
      [
        ['Endpoint', `${c.method} ${c.baseUrl}${c.endpoint}`],
        ['Load', describeLoad(c.load)],
        ['Limits', limits.length === 0 ? 'none' : limits.join(', ')],
        ['Payload', c.payload],
        ['Success', JSON.stringify(c.success)],
        ['Time-out', humanDuration(c.timeoutMs)],
        ['Token', c.auth],
        ...(switchesItself(c.load) ? [] : [['Flags', describeFlags(c)]]),
        ['Seed', String(c.seed)],
        [
          'Planned duration',
          run.plannedDurationMs === null ? 'depends on the target' : humanDuration(run.plannedDurationMs),
        ],
        ['Duration', `${humanDuration(run.durationMs)}${run.complete ? '' : ', ended before its plan'}`],
        ['Machine', run.machineClass ?? 'not known'],
        ['k6', run.k6Version ?? 'not known'],
        ['Commit', run.commit ?? 'not known'],
        ['Thresholds', run.thresholds],
      ],
    ),
  ];
}
