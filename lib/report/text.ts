/** The result as text: the guide's report items, for a terminal and for the file beside the JSON. */
import { humanDuration, humanMs, humanNumber, humanShare, table } from '../format/format.ts';
import { printable } from '../format/printable.ts';
import { monitorSections } from './monitor-text.ts';
import { attributionSections } from './attribution-text.ts';
import { profileSections } from './profile-text.ts';
import { capacitySections } from './capacity-text.ts';
import { overheadSections, verdictLine } from './overhead-text.ts';
import type { GateResult, RunResult } from '../result/run-result.ts';

/** The exit code that k6 ends with for an outcome. */
export const EXIT_CODE: Readonly<Record<RunResult['outcome']['status'], number>> = {
  passed: 0,
  'noise floor': 0,
  'not gated': 0,
  failed: 99,
  'broken report': 99,
  interrupted: 105,
  'not run': 108,
  invalid: 108,
  inconclusive: 110,
};

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
  const code = EXIT_CODE[outcome.status];
  const reason = printableLong(outcome.reason);
  return outcome.status === 'not run'
    ? `NOT RUN  ${reason}`
    : `${outcome.status.toUpperCase()}  ${reason}  (exit code ${code})`;
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

/** An experiment switches the flags by itself: none are asked for. */
export function switchesItself({ shape }: RunResult['configuration']['load']): boolean {
  return shape === 'overhead' || shape === 'attribution' || shape === 'capacity';
}

/** `stages 30s→50, 1m→50, 15s→0; think time 1 s`, and what was loading beside it. */
export function describeLoad(load: RunResult['configuration']['load']): string {
  const beside = typeof load.background === 'string' ? `; beside ${printable(load.background, 200)}` : '';
  return `${describeOwnLoad(load)}${beside}`;
}

function describeOwnLoad(load: RunResult['configuration']['load']): string {
  const stages = (load.stages ?? load.steps) as { duration: string; target: number }[] | undefined;
  const unit = load.shape === 'rate' ? '/s' : '';
  const think = `think time ${String(load.thinkTimeSeconds)} s`;
  if (stages !== undefined) {
    return `${String(load.shape)} ${stages.map(({ duration, target }) => `${duration}→${target}${unit}`).join(', ')}; ${think}`;
  }
  if (load.shape === 'overhead' || load.shape === 'attribution') {
    const arms =
      load.shape === 'overhead'
        ? `${String(load.baseline)} against ${String(load.treatment)}, at most`
        : `${load.design === 'half' ? 'half' : 'all'} of the combinations of flags,`;
    return (
      `${String(load.mode)}, ${arms} ${String(load.blocks)} blocks of ${String(load.seconds)} s${load.mode === 'header' ? '' : ' an arm'} ` +
      `at ${String(load.perSecond)}/s (${String(load.arrivals)}), settling ${String(load.settleSeconds)} s`
    );
  }
  if (load.shape === 'capacity') {
    return (
      `capacity, ${String(load.baseline)} against ${String(load.treatment)}, ${String(load.blocks)} blocks from ${String(load.perSecond)}/s ` +
      `by steps of ×${String(load.step)} to at most ${String(load.ceilingPerSecond)}/s, tries of ${String(load.seconds)} s, settling ${String(load.settleSeconds)} s`
    );
  }
  if (load.shape === 'rate') return `rate ${String(load.perSecond)}/s for ${String(load.duration)}; ${think}`;
  const users = `${String(load.users)} user${load.users === 1 ? '' : 's'}`;
  return `${String(load.total)} iterations by ${users}; ${think}`;
}

/** The flags that a load test asked for, and how they were set. */
export function describeFlags({ flags, switchedBy }: RunResult['configuration']): string {
  if (flags === null) return 'as found';
  const values = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  const how = { admin: 'set by admin call', header: 'set by request header', label: 'label only' };
  return `${values.join(', ')} (${switchedBy === null ? 'not switched' : how[switchedBy]})`;
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
      `${sign(gate)} ${amount(gate, gate.limit)}`,
      gate.observed === null ? 'no samples' : `observed ${amount(gate, gate.observed)}`,
    ]),
  );
}

/** The comparison of a gate: `<`, `<=`, `>=`. */
export function sign({ threshold }: GateResult): string {
  return /[<>]=?/.exec(threshold)?.[0] ?? '';
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
