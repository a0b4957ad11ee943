/** The result as text: the guide's report items, for a terminal and for the file beside the JSON. */
import { EXIT_CODES } from '../gates/exit-codes.ts';
import { humanDuration, humanMs, humanNumber, humanShare, table } from '../format/format.ts';
import { printable } from '../format/printable.ts';
import { monitorSections } from './monitor-text.ts';
import { attributionSections } from './attribution-text.ts';
import { profileSections } from './profile-text.ts';
import { capacitySections } from './capacity-text.ts';
import { overheadSections, verdictLine } from './overhead-text.ts';
import { describeFlags, describeLoad, switchesItself } from '../result/describe-configuration.ts';
import type { GateResult, RunResult } from '../result/run-result.ts';

/** The text report. Every string that came from outside is shown escaped. */
export function textReport(result: RunResult): string {
  const head = header(result);
  if (result.outcome.status === 'not run') {
    return [head, verdict(result), 'Nothing was loaded. Exit code 108.', ''].join('\n');
  }
  const { overhead, capacity } = result;
  const experiment = result.outcome.status === 'not gated' ? null : (overhead ?? capacity);
  return [
    head,
    experiment === null ? verdict(result) : verdictLine(experiment),
    '',
    ...experimentSections(result).flatMap(([title, lines]) => section(title, lines)),
    ...section('Test configuration', configuration(result)),
    ...section('Results, successful requests', latency(result)),
    ...section('Gates', gates(result.gates)),
    ...monitorSections(result).flatMap(([title, lines]) => section(title, lines)),
    ...profileSections(result).flatMap(([title, lines]) => section(title, lines)),
    ...section('Stages, successful requests', stages(result)),
    ...section('Checks', checks(result)),
    ...(result.notes.length > 0 ? section('Notes', result.notes.map(printableLong)) : []),
  ].join('\n');
}

/** Which flag costs what comes before what it rests on. */
function experimentSections({
  overhead,
  attribution,
  capacity,
  outcome,
}: RunResult): [title: string, lines: string[]][] {
  if (outcome.status === 'not gated') return [];
  if (overhead === null) return capacity === null ? [] : capacitySections(capacity);
  const [first, ...others] = overheadSections(overhead);
  const shares = attribution === null ? [] : attributionSections(attribution, overhead);
  return [...(first === undefined ? [] : [first]), ...shares, ...others];
}

/** `k6-overhead  heavy  local  thresholds 1a2b3c4d  …`: a stale bundle shows here. */
export function header({ run }: Pick<RunResult, 'run'>): string {
  return ['k6-overhead', run.scenario, run.environment, `thresholds ${run.thresholds}`, run.startedAt].join(
    '  ',
  );
}

/** `FAILED  P95 of successful requests  (exit code 99)`. */
export function verdict({ outcome }: Pick<RunResult, 'outcome'>): string {
  const { status } = outcome;
  const said = `${status.toUpperCase()}  ${printableLong(outcome.reason)}`;
  return status === 'not run' || status === 'not gated' ? said : `${said}  (exit code ${EXIT_CODES[status]})`;
}

function configuration({ configuration: c, run, requests }: RunResult): string[] {
  return table([
    ['Target:', printableLong(`${c.method} ${c.baseUrl}${c.endpoint}`)],
    ['Load:', describeLoad(c.load)],
    ['Payload:', printableLong(c.payload)],
    ['Token:', printableLong(c.auth)],
    ...(switchesItself(c.load) ? [] : [['Flags:', describeFlags(c)]]),
    ['Seed:', String(c.seed)],
    ['Duration:', `${humanDuration(run.durationMs)}${run.complete ? '' : ', ended before its plan'}`],
    ['Requests:', `${requests.total}, ${requests.perSecond.toFixed(1)}/s`],
  ]);
}

/** Exactly one line of a report holds `P95:`: the guide's script greps it. */
function latency({ latency: { successful, all }, requests }: RunResult): string[] {
  if (successful === null) return ['no request succeeded: there is no latency to report'];
  return [
    `P50: ${humanMs(successful.p50Ms)}`,
    `P95: ${humanMs(successful.p95Ms)}`,
    `P99: ${humanMs(successful.p99Ms)}`,
    `Mean: ${humanMs(successful.meanMs)}`,
    `Min: ${humanMs(successful.minMs)}`,
    `Max: ${humanMs(successful.maxMs)}`,
    ...(requests.errorRate === null ? [] : [`Error rate: ${humanShare(requests.errorRate)}`]),
    ...(all === null
      ? []
      : [`P95 of all answers, time-outs included: ${humanMs(all.p95Ms)}${refused(requests.refused)}`]),
    ...(requests.droppedIterations > 0 ? [`Dropped iterations: ${requests.droppedIterations}`] : []),
  ];
}

function refused(share: number): string {
  return share > 0 ? `; ${humanShare(share)} refused, left out` : '';
}

function gates(results: readonly GateResult[]): string[] {
  return table(
    results.map((gate) => [
      gate.status === 'passed' ? 'ok' : gate.status.toUpperCase(),
      gate.name,
      `${gate.operator ?? ''} ${amount(gate, gate.limit)}`,
      gate.observed === null ? 'no samples' : `observed ${amount(gate, gate.observed)}`,
    ]),
  );
}

/** A value of a gate in its unit. */
export function amount({ unit }: GateResult, value: number): string {
  if (unit === 'ms') return humanMs(value);
  if (unit === 'share') return humanShare(value);
  return unit === 'requests' || unit === 'verdicts' ? String(value) : `${humanNumber(value)} ${unit}`;
}

function stages({ latency }: RunResult): string[] {
  return table(
    latency.stages.map(({ stage, duration, target, latency: stageLatency }) => [
      `${stage + 1}: ${duration} to ${target}`,
      ...(stageLatency === null
        ? ['no request succeeded']
        : [
            `${stageLatency.count} requests`,
            `P50 ${humanMs(stageLatency.p50Ms)}`,
            `P95 ${humanMs(stageLatency.p95Ms)}`,
            `P99 ${humanMs(stageLatency.p99Ms)}`,
          ]),
    ]),
  );
}

function checks(result: RunResult): string[] {
  return table(
    result.checks.map(({ name, passes, fails }) => [
      fails === 0 ? 'ok' : 'FAILED',
      printable(name, 80),
      `${passes} passed`,
      `${fails} failed`,
    ]),
  );
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`), ''];
}

function printableLong(text: string): string {
  return printable(text, 1_000);
}
