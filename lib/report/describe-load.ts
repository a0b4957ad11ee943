/** What every run has, as parts of a document: latency, gates, checks, configuration. */
import { BODIES_IN_A_ROW, BODY_EVERY } from '../api/checks.ts';
import { humanDuration, humanMs, humanNumber, humanShare } from '../format/format.ts';
import { describeFlags, describeLoad, switchesItself } from '../result/describe-configuration.ts';
import type { GateResult, RunResult } from '../result/run-result.ts';
import { JUDGED } from '../gates/gates.ts';
import { shownAs, timeNotes, timeRows } from './describe-times.ts';
import { LATENCY_COLUMNS, latencyCells } from './cells.ts';
import { facts, judged, table, text, type KeyNumber, type Part } from './document.ts';

export function loadNumbers(result: RunResult): KeyNumber[] {
  const { requests, gates, configuration: asked } = result;
  const { successful } = result.latency;
  const limit = gates.find(({ unit, kind }) => kind === 'limit' && unit === 'ms');
  return [
    {
      label: `P95 of ${JUDGED[asked.latency ?? 'answer']}`,
      value: successful === null ? 'not measured' : humanMs(successful.p95Ms),
      note:
        successful === null
          ? ''
          : `P50 ${humanMs(successful.p50Ms)}, P99 ${humanMs(successful.p99Ms)}, mean ${humanMs(successful.meanMs)}`,
    },
    limit === undefined
      ? { label: 'Target', value: 'none', note: 'no limit on latency' }
      : { label: `Target: below ${humanMs(limit.limit)}`, value: met(limit), note: limit.name },
    {
      label: 'Error rate',
      value: requests.errorRate === null ? 'not measured' : humanShare(requests.errorRate),
      note: `${requests.total - requests.successful} of ${requests.total} requests`,
    },
    { label: 'Requests', value: `${requests.perSecond.toFixed(1)}/s`, note: `${requests.total} in all` },
  ];
}

function met({ status }: GateResult): string {
  return status === 'passed' ? 'met' : status === 'failed' ? 'not met' : 'not known';
}

/** Of a text exactly one line holds `P95:`: the guide's script greps it. */
export function results(result: RunResult): Part[] {
  const { latency, requests } = result;
  const { successful, all } = latency;
  const shown = shownAs(result);
  return [
    successful === null
      ? text('no request succeeded: there is no latency to report')
      : facts(shown.successful, [
          ['P50', humanMs(successful.p50Ms)],
          ['P95', humanMs(successful.p95Ms)],
          ['P99', humanMs(successful.p99Ms)],
          ['Mean', humanMs(successful.meanMs)],
          ['Min', humanMs(successful.minMs)],
          ['Max', humanMs(successful.maxMs)],
          ['Requests', `${requests.total}, ${requests.perSecond.toFixed(1)}/s`],
          ['Error rate', requests.errorRate === null ? null : humanShare(requests.errorRate)],
        ]),
    ...(all === null
      ? []
      : [
          table(
            ['Requests of', ...LATENCY_COLUMNS],
            [[shown.all, ...latencyCells(all)], ...timeRows(result)],
            1,
          ),
        ]),
    ...timeNotes(result),
    ...(requests.refused > 0
      ? [text(`${humanShare(requests.refused)} of requests were refused or never left; they are left out.`)]
      : []),
    ...(requests.droppedIterations > 0
      ? [text(`${requests.droppedIterations} iterations of the plan were dropped.`)]
      : []),
  ];
}

export function stages({ latency }: RunResult): Part[] {
  if (latency.stages.length === 0) return [];
  const rows = latency.stages.map(({ stage, duration, target, latency: ofStage }) => [
    String(stage + 1),
    `${duration} to ${target}`,
    ...latencyCells(ofStage),
  ]);
  return [table(['Stage', 'Load', ...LATENCY_COLUMNS], rows, 2)];
}

export function gates({ gates: all, overhead }: RunResult): Part[] {
  if (all.length === 0) return [];
  const rows = all.map((gate) => {
    const limit = `${gate.operator ?? ''} ${amount(gate, gate.limit)}`;
    const observed = gate.observed === null ? 'no samples' : amount(gate, gate.observed);
    return {
      tone: ({ passed: 'good', 'not gated': 'unsure', failed: 'bad', 'too few samples': 'bad' } as const)[
        gate.status
      ],
      word: gate.status === 'passed' ? 'ok' : gate.status,
      name: gate.name,
      cells: [limit, observed],
      failure: `${gate.status}: ${gate.observed === null ? observed : `observed ${observed}`}`,
    };
  });
  const hasCosts = overhead?.costs?.some(({ limit }) => limit !== null) ?? false;
  return [
    judged({ what: 'gate', columns: ['Limit', 'Observed'], rows, numbersFrom: 2 }),
    ...(hasCosts ? [text(COST_BOUNDS)] : []),
  ];
}

const COST_BOUNDS =
  'Of a cost the lower one-sided bound is observed, which fails the run where it is above the limit; the difference itself stands in "Costs by arm".';

/** A value of a gate in its unit. */
function amount({ unit }: GateResult, value: number): string {
  if (unit === 'ms') return humanMs(value);
  if (unit === 'share') return humanShare(value);
  return unit === 'requests' || unit === 'verdicts' ? String(value) : `${humanNumber(value)} ${unit}`;
}

const BODIES = `Each user's first ${BODIES_IN_A_ROW} bodies are judged, ${BODIES_IN_A_ROW} after each failure, and else every ${BODY_EVERY}th; the other answers count as successes by the other checks alone.`;

/** A check fails if it failed once: whether that fails the run is for the gates. */
export function checks({ checks: all }: RunResult): Part[] {
  if (all.length === 0) return [];
  const rows = all.map(({ name, passes, fails }) => ({
    tone: fails === 0 ? ('good' as const) : ('bad' as const),
    word: fails === 0 ? 'ok' : 'failed',
    name,
    cells: [`${passes} passed`, `${fails} failed`],
    failure: `failed ${fails} of ${passes + fails} times`,
  }));
  const counts = all.map(({ passes, fails }) => passes + fails);
  // All checks but that of bodies are made of every answer.
  const isShare = Math.min(...counts) < Math.max(...counts);
  return [
    judged({ what: 'check', columns: ['Passed', 'Failed'], rows, numbersFrom: 2 }),
    ...(isShare ? [text(BODIES)] : []),
  ];
}

export function configuration({ configuration: c, run }: RunResult): Part[] {
  const limits = Object.entries(c.limits).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    facts('Setting', [
      ['Target', `${c.method} ${c.baseUrl}${c.endpoint}`],
      ['Load', describeLoad(c.load)],
      ['Limits', limits.length === 0 ? 'none' : limits.join(', ')],
      ['Payload', c.payload],
      ['Success', JSON.stringify(c.success)],
      ['Completion', c.completion === undefined ? null : JSON.stringify(c.completion)],
      ['Time-out', humanDuration(c.timeoutMs)],
      ['Token', c.auth],
      ['Flags', switchesItself(c.load) ? null : describeFlags(c)],
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
    ]),
  ];
}
