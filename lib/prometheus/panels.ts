/** What the dashboard shows: each panel with its queries. */
import { LATENCY_METRICS } from '../metrics/latency-metrics.ts';
import {
  LATENCY,
  BLOCK_P95,
  BOUND_LOWER,
  BOUND_UPPER,
  COST,
  LATENESS,
  OVERHEAD,
  OVERHEAD_LOWER,
  OVERHEAD_UPPER,
  tagged,
  type Cost,
} from '../metrics/overhead-metrics.ts';
import { MONITOR } from '../metrics/metric-name.ts';
import { SUCCESSFUL, WORKFLOW } from '../gates/gates.ts';
import { OVERHEAD as BUDGET } from './watched.ts';
import { LIMIT, OBSERVED } from './rules.ts';
import { quoted, selector, seriesOf } from './series.ts';

export interface Query {
  expr: string;
  /** A line's name, with labels as `{{test}}`. */
  legend: string;
}

export interface Panel {
  title: string;
  description: string;
  /** Grafana's name of a unit. @see https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  unit: 'ms' | 'reqps' | 'percentunit' | 'percent' | 'short' | 'decmbytes';
  /** Lines over time by default. */
  kind?: 'bargauge';
  queries: Query[];
}

export interface Row {
  title: string;
  panels: Panel[];
}

/** The choice at the top of the dashboard. */
const CHOSEN = ['environment=~"$environment"', 'test=~"$test"'];

export const rows: readonly Row[] = [
  {
    title: 'Gates',
    panels: [
      {
        title: 'Gates: share of the limit used',
        description:
          'At 100 % a limit is reached and its alert fires. A gate without a bar has seen too little.',
        unit: 'percentunit',
        kind: 'bargauge',
        queries: [
          {
            expr: `${OBSERVED}{${CHOSEN.join(',')}} / on (environment, test, gate) (${LIMIT} > 0)`,
            legend: '{{test}}, {{environment}}: {{gate}}',
          },
        ],
      },
      {
        title: 'Error rate',
        description: 'Failed requests and failed checks of the run so far.',
        unit: 'percentunit',
        queries: [
          { expr: `max by (test) (${chosen('errors', 'rate')})`, legend: '{{test}}' },
          { expr: limit('Error rate'), legend: 'limit' },
        ],
      },
    ],
  },
  {
    title: 'Latency',
    panels: [
      {
        title: 'Latency of successful requests by percentile',
        description: 'Of the run so far. Each stage of a ramp is a series of its own.',
        unit: 'ms',
        queries: [
          ...['p(50)', 'p(95)', 'p(99)'].map((percentile) => ({
            expr: `1000 * max by (test, stage) (${decidingLatency(percentile)})`,
            legend: `${nameOf(percentile)} {{test}} {{stage}}`,
          })),
          { expr: limit('P95 of .*'), legend: 'limit of P95' },
        ],
      },
      {
        title: 'Latency by percentile and arm',
        description: 'Of the experiment so far; a request without an answer counts as the time-out.',
        unit: 'ms',
        queries: ['p(50)', 'p(95)', 'p(99)'].map((percentile) => ({
          expr: `1000 * max by (arm) (${chosen(LATENCY, percentile)})`,
          legend: `${nameOf(percentile)} {{arm}}`,
        })),
      },
    ],
  },
  {
    title: 'Overhead',
    panels: [
      {
        title: 'Overhead at P95, narrowing',
        description:
          'After each block: the overhead, its 95 % interval, and the one-sided bounds that decide.',
        unit: 'ms',
        queries: [
          { expr: `max(${chosen(OVERHEAD, 'value')})`, legend: 'overhead' },
          { expr: `max(${chosen(OVERHEAD_LOWER, 'value')})`, legend: '95 %, lower' },
          { expr: `max(${chosen(OVERHEAD_UPPER, 'value')})`, legend: '95 %, upper' },
          { expr: `max(${chosen(BOUND_LOWER, 'value')})`, legend: 'deciding, lower' },
          { expr: `max(${chosen(BOUND_UPPER, 'value')})`, legend: 'deciding, upper' },
          { expr: limit(BUDGET), legend: 'budget' },
        ],
      },
      {
        title: 'Processor time of a request: treatment − baseline',
        description: 'By what the target says about itself, with its 95 % interval.',
        unit: 'ms',
        queries: costOf('cpuMsPerRequest'),
      },
      {
        title: 'Memory: treatment − baseline',
        description: 'By what the target says about itself, with its 95 % interval.',
        unit: 'decmbytes',
        queries: costOf('memoryMb'),
      },
      {
        title: 'P95 of each block by arm',
        description: 'The pairs whose differences make the interval.',
        unit: 'ms',
        queries: [
          { expr: `max by (arm, block) (${chosen(BLOCK_P95, 'value')})`, legend: '{{arm}} {{block}}' },
        ],
      },
    ],
  },
  {
    title: 'Target',
    panels: [
      {
        title: 'Queues',
        description: 'Entries that wait, by what the target says.',
        unit: 'short',
        queries: [{ expr: seen('queue .+'), legend: '{{series}}' }],
      },
      {
        title: 'Memory',
        description: "Of the target's process.",
        unit: 'decmbytes',
        queries: [{ expr: seen('memory'), legend: '{{test}}' }],
      },
      {
        title: 'Processor and event loop',
        description: "The target's processor time in per cent of one, and the P99 of its event loop's delay.",
        unit: 'short',
        queries: [
          { expr: seen('cpu'), legend: 'CPU, %' },
          { expr: seen('eventLoopDelay'), legend: 'event loop delay, ms' },
        ],
      },
      {
        title: 'Failed and dropped entries, errors',
        description: 'Counters of the target since it was started.',
        unit: 'short',
        queries: [{ expr: seen('failed .+|dropped .+|errors'), legend: '{{series}}' }],
      },
    ],
  },
  {
    title: 'Load generator',
    panels: [
      {
        title: 'Requests per second',
        description: 'What k6 sends; in the experiment by arm.',
        unit: 'reqps',
        queries: [
          {
            expr: `sum by (test, arm) (rate(${chosen(`http_reqs{${WORKFLOW}}`, 'count')}[$__rate_interval]))`,
            legend: '{{test}} {{arm}}',
          },
        ],
      },
      {
        title: 'Users, late and dropped requests',
        description: 'A generator that cannot keep up starts requests late, or not at all.',
        unit: 'short',
        queries: [
          { expr: `max by (test) (${chosen('vus', 'value')})`, legend: '{{test}}: users' },
          {
            expr: `max by (test) (${chosen(LATENESS, 'value')})`,
            legend: '{{test}}: start lateness, P99, ms',
          },
          {
            // k6 sends a counter that it has counted for: none is 0.
            expr: `sum by (test) (${chosen('dropped_iterations', 'count')}) or 0 * max by (test) (${chosen('vus', 'value')})`,
            legend: '{{test}}: dropped',
          },
        ],
      },
    ],
  },
];

/** A metric of the runs that are chosen. */
function chosen(metric: string, aggregate: string): string {
  return selector(seriesOf(metric, aggregate), CHOSEN);
}

/** A cost of the treatment, narrowing. */
function costOf(cost: Cost): Query[] {
  const query = (end: string) => `max(${chosen(tagged(COST, { cost, end }), 'value')})`;
  return [
    { expr: query('value'), legend: 'difference' },
    { expr: query('lower'), legend: '95 %, lower' },
    { expr: query('upper'), legend: '95 %, upper' },
  ];
}

/** Of the time that decides: where a run has one of its own, that comes before the time of the whole answer. */
function decidingLatency(percentile: string): string {
  const kinds = ['completion', 'firstByte', 'answer'] as const;
  return kinds
    .map((kind) => chosen(`${LATENCY_METRICS[kind].time}{${SUCCESSFUL}}`, percentile))
    .join(' or on (test, stage) ');
}

/** @param gate a pattern of its name */
function limit(gate: string): string {
  return `min(${LIMIT}{${[...CHOSEN, `gate=~${quoted(gate)}`].join(',')}})`;
}

/** A series that the monitor sees. */
function seen(series: string): string {
  return `max by (test, series) (${selector(seriesOf(MONITOR, 'value'), [...CHOSEN, `series=~"${series}"`, 'stat=~"value|"'])})`;
}

/** `p(95)` → `P95`. */
function nameOf(percentile: string): string {
  return percentile.replace(/^p\((.+)\)$/, 'P$1');
}
