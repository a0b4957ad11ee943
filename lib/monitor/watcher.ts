/** Look after look: every series, and what the limits on them judge. */
import type { MonitorLimits, MonitorProfile } from '../../thresholds/types.ts';
import { PROBLEM, type Looked } from './answers.ts';
import type { MonitorPlan } from './plan.ts';
import { pathsOf, type Stat } from '../metrics/monitor-metrics.ts';
import { SeriesRecorder } from './recorder.ts';
import { isReported, statsOf, type FoundSeries } from './series.ts';

/** Takes a value with its tags, as a k6 gauge does. */
export type Report = (value: number, tags: Record<string, string>) => void;

interface Watched {
  series: FoundSeries;
  stats: readonly Stat[];
  recorder: SeriesRecorder;
  /** The counter of a rate as it was seen last. */
  before: { seconds: number; count: number } | null;
}

interface Endpoint {
  path: string;
  polls: number;
  reads: number;
  problem: number;
}

export class Watcher {
  readonly #watched: Watched[];
  readonly #endpoints: Endpoint[];
  readonly #report: Report;
  readonly #errorsTotal: number;
  readonly #seen = new Map<string, number>();
  #poolShare: number | null = null;

  constructor(profile: MonitorProfile, plan: MonitorPlan, report: Report) {
    this.#report = report;
    this.#errorsTotal = plan.errorsTotal;
    this.#endpoints = pathsOf(profile).map((path, i) => ({
      path,
      polls: 0,
      reads: 0,
      problem: plan.endpoints[i]?.problem ?? PROBLEM.none,
    }));
    this.#watched = plan.series.filter(isReported).map((series) => {
      const stats = statsOf(series.kind);
      return { series, stats, recorder: new SeriesRecorder(stats.includes('slope')), before: null };
    });
  }

  /** Takes what an endpoint said `seconds` after the start. */
  take(path: string, seconds: number, { numbers, problem }: Looked): void {
    const index = this.#endpoints.findIndex((endpoint) => endpoint.path === path);
    const endpoint = this.#endpoints[index];
    if (endpoint === undefined) return;
    endpoint.polls += 1;
    endpoint.reads += numbers.size > 0 ? 1 : 0;
    if (endpoint.problem === PROBLEM.none) endpoint.problem = problem;
    for (const stat of ['polls', 'reads', 'problem'] as const)
      this.#report(endpoint[stat], { endpoint: `${stat} ${index}` });
    for (const watched of this.#watched) {
      const number = watched.series.source === path ? numbers.get(watched.series.path) : undefined;
      if (number !== undefined) this.#add(watched, seconds, number);
    }
  }

  /** After every look at all endpoints: what the limits judge, as far as it is known by now. */
  judge(): void {
    this.#judgePool();
    const queues = this.#slopes('queue');
    const [memory] = this.#slopes('memory');
    const errors = this.#of('errors')[0]?.recorder;
    const dropped = this.#of('dropped').filter(({ recorder }) => recorder.samples > 0);
    const values: Record<keyof MonitorLimits, number | null | undefined> = {
      queueGrowthPerMinute: queues.length === 0 ? null : Math.max(...queues),
      memoryGrowthMbPerMinute: memory,
      dbPoolShare: this.#poolShare,
      targetErrors:
        errors === undefined || errors.samples === 0
          ? null
          : // Of a list the oldest may go: a fall says nothing, and takes back nothing.
            Math.max(0, errors.first - this.#errorsTotal) + errors.rises,
      dropped:
        dropped.length === 0 ? null : dropped.reduce((sum, { recorder }) => sum + recorder.increase, 0),
    };
    for (const [limit, value] of Object.entries(values)) {
      if (value === null || value === undefined) continue;
      const seen = (this.#seen.get(limit) ?? 0) + 1;
      this.#seen.set(limit, seen);
      this.#report(value, { limit });
      this.#report(seen, { seen: limit });
    }
  }

  #add(watched: Watched, seconds: number, number: number): void {
    const { series, stats, recorder } = watched;
    const { scale = 1, rate = false } = series;
    const read = rate ? perSecond(watched, seconds, number) : number;
    if (read === null) return;
    const value = read * scale;
    recorder.add(seconds, value);
    // No other sample carries `at` or `series`: a submetric, or a chart, by one of them is of the values alone.
    this.#report(value, { series: series.name, at: String(series.slot) });
    for (const stat of stats) {
      const computed = stat === 'mean' ? recorder.mean : recorder.slopePerMinute();
      if (computed !== null) this.#report(computed, { computed: `${stat} ${series.slot}` });
    }
  }

  #judgePool(): void {
    const inUse = this.#of('dbPoolInUse')[0]?.recorder;
    const size = this.#of('dbPoolSize')[0]?.recorder;
    if (inUse === undefined || size === undefined || inUse.samples === 0 || size.last <= 0) return;
    this.#poolShare = Math.max(this.#poolShare ?? 0, inUse.last / size.last);
  }

  #slopes(kind: FoundSeries['kind']): number[] {
    return this.#of(kind)
      .map(({ recorder }) => recorder.slopePerMinute())
      .filter((slope) => slope !== null);
  }

  #of(kind: FoundSeries['kind']): Watched[] {
    return this.#watched.filter(({ series }) => series.kind === kind);
  }
}

/** How fast a counter has grown since it was seen last; `null` where that is not known. */
function perSecond(watched: Watched, seconds: number, count: number): number | null {
  const { before } = watched;
  watched.before = { seconds, count };
  // A counter that falls was set back by a restart.
  if (before === null || seconds <= before.seconds || count < before.count) return null;
  return (count - before.count) / (seconds - before.seconds);
}
