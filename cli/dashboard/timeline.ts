/** What k6's web dashboard says while a load runs, as series over time. */
import { TIME_TO_FIRST_BYTE, WORKFLOW_DURATION } from '../../lib/metrics/latency-metrics.ts';
import type { TimelineResult } from '../../lib/result/run-result.ts';

/** Tags by whose values the dashboard keeps metrics apart: K6_WEB_DASHBOARD_TAGS. */
export const DASHBOARD_TAGS = 'kind,arm,series';
export const PERIOD_SECONDS = 1;

const REQUESTS_OF_ARM = /^http_reqs\{arm:(.+)\}$/;
const SERIES_OF_MONITOR = /^monitor\{series:(.+)\}$/;
const WORKFLOW = '{kind:workflow}';
/** The time that decides, where k6 has it, comes before that of the whole answer. */
const LATENCIES = [WORKFLOW_DURATION, TIME_TO_FIRST_BYTE, 'http_req_duration'];

/** The names of a percentile, here and in the stream. */
const PERCENTILES = [
  ['P50', 'med'],
  ['P95', 'p(95)'],
  ['P99', 'p(99)'],
] as const;
const PERCENTILE_OF_ARM = [PERCENTILES[1]] as const;

type Point = [number, number];

/** All that was seen of a run. */
export interface Seen {
  /** Null where nothing was. */
  timeline: TimelineResult | null;
  /** What the target said about itself, by the names of the series. */
  monitor: ReadonlyMap<string, Point[]>;
}

/** Collects the stream's events; an event of another shape adds nothing, so that no run fails by it. */
export class Timeline {
  private startMs: number | null = null;
  /** What stands where in the values of a trend, and in a snapshot. */
  private trend: readonly string[] = [];
  private metrics: readonly string[] = [];
  private readonly series = new Map<string, TimelineResult['series'][number] & { points: Point[] }>();
  private readonly monitor = new Map<string, Point[]>();

  /** @param data the JSON of the event */
  add(event: string, data: string): void {
    const value = JSON.parse(data) as unknown;
    if (event === 'start') this.startMs = startOf(value);
    if (event === 'param') this.trend = trendNames(value);
    if (event === 'metric' && isRecord(value)) {
      // A snapshot has the values of all metrics so far, sorted by name.
      this.metrics = [...new Set([...this.metrics, ...Object.keys(value)])].sort();
    }
    if (event === 'snapshot' && Array.isArray(value)) this.addSnapshot(value);
  }

  seen(): Seen {
    const series = [...this.series.values()];
    return {
      timeline:
        series.length === 0 || this.startMs === null
          ? null
          : { periodSeconds: PERIOD_SECONDS, startedAtMs: this.startMs, series },
      monitor: this.monitor,
    };
  }

  private addSnapshot(values: readonly unknown[]): void {
    const { metrics, trend } = this;
    if (this.startMs === null || values.length !== metrics.length) return;
    const read = new Map(metrics.map((name, i) => [name, numbers(values[i])]));
    const nowMs = read.get('time')?.[0];
    if (nowMs === undefined || nowMs < this.startMs) return;
    const second = (nowMs - this.startMs) / 1_000;
    this.addMonitor(second, read);

    const arms = metrics.flatMap((name) => REQUESTS_OF_ARM.exec(name)?.[1] ?? []);
    for (const arm of arms.length > 0 ? arms : [null]) {
      const tag = arm === null ? WORKFLOW : `{arm:${arm}}`;
      if (!read.has(`http_reqs${tag}`)) continue;
      const latency = LATENCIES.find((metric) => read.has(metric + tag)) ?? '';
      // A metric without a sample in this period has no values.
      const requests = read.get(`http_reqs${tag}`)?.[0] ?? 0;
      for (const [name, aggregate] of arm === null ? PERCENTILES : PERCENTILE_OF_ARM) {
        // A period without an answer has 0 for each percentile: it is left out.
        const ms = read.get(`${latency}${tag}`)?.[trend.indexOf(aggregate)] ?? 0;
        if (ms > 0) this.point(name, 'ms', arm, second, ms);
      }
      this.point('requests', '/s', arm, second, requests / PERIOD_SECONDS);
      const failed = read.get(`http_req_failed${tag}`)?.[0] ?? 0;
      this.point('failed requests', 'failed/s', arm, second, (failed * requests) / PERIOD_SECONDS);
    }
  }

  /** A series that was not looked at in this period has no value. */
  private addMonitor(second: number, read: ReadonlyMap<string, readonly number[]>): void {
    for (const [metric, [value]] of read) {
      const name = SERIES_OF_MONITOR.exec(metric)?.[1];
      if (name === undefined || value === undefined) continue;
      const known = this.monitor.get(name) ?? [];
      this.monitor.set(name, known);
      known.push(pointOf(second, value));
    }
  }

  private point(name: string, unit: string, arm: string | null, second: number, value: number): void {
    const key = `${name} ${arm ?? ''}`;
    const known = this.series.get(key) ?? { name, unit, arm, points: [] };
    this.series.set(key, known);
    known.points.push(pointOf(second, value));
  }
}

/** To a tenth of a second, and six digits. */
function pointOf(second: number, value: number): Point {
  return [Number(second.toFixed(1)), Number(value.toPrecision(6))];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'number') : [];
}

/** `[[1795514943510]]`: milliseconds since 1970. */
function startOf(value: unknown): number | null {
  return Array.isArray(value) ? (numbers(value[0])[0] ?? null) : null;
}

/** `{aggregates: {trend: ['avg', 'max', …]}}`: what stands where in a trend's values. */
function trendNames(value: unknown): string[] {
  const aggregates = isRecord(value) && isRecord(value.aggregates) ? value.aggregates.trend : [];
  return Array.isArray(aggregates) ? aggregates.filter((name) => typeof name === 'string') : [];
}
