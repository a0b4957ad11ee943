/** Asks the target for some of its series, beside what the watching user sees. */
import type { Target } from '../config/config.ts';
import type { Reading } from '../experiment/costs.ts';
import type { Port } from '../experiment/port.ts';
import type { SetupData } from '../metrics/setup-data.ts';
import type { Looked } from '../monitor/answers.ts';
import type { Levels } from '../monitor/levels.ts';
import { decodePlan } from '../monitor/plan.ts';
import type { FoundSeries } from '../monitor/series.ts';
import type { SeriesKind } from '../../thresholds/types.ts';
import { lookAt } from './look.ts';
import { clientOf, type ControlSource } from './probe.ts';

/** Asks for the length of each queue that is watched. */
export function queueReader(source: ControlSource<Target>, setup: SetupData | undefined): Port['queues'] {
  const read = seriesReader(source, setup, ['queue']);
  return async () => {
    const queues = await read();
    return queues === null || queues.some(({ isSilent }) => isSilent)
      ? null
      : queues.map(({ value }) => value ?? 0);
  };
}

/**
 * Asks for what an arm costs besides latency.
 * @param levels what the watching user has seen of the series since the last reading
 */
export function costReader(
  source: ControlSource<Target>,
  setup: SetupData | undefined,
  levels: Levels,
): Port['reading'] {
  const read = seriesReader(source, setup, ['cpuSeconds', 'memory', 'eventLoopDelay', 'dropped', 'failed']);
  return async (): Promise<Reading | null> => {
    // A target that says nothing about itself fails no experiment.
    const found = await read().catch(() => null);
    if (found === null) return null;
    const of = (kind: SeriesKind) => found.flatMap((one) => (one.series.kind === kind ? [one.value] : []));
    const [delayMs = null] = of('eventLoopDelay');
    if (delayMs !== null) levels.add('eventLoopDelay', delayMs);
    return {
      cpuSeconds: sumOf(of('cpuSeconds')),
      memoryMb: of('memory')[0] ?? null,
      eventLoopDelayMs: levels.take('eventLoopDelay'),
      lostEntries: sumOf([...of('dropped'), ...of('failed')]),
    };
  };
}

/** `null` for none, or where one is not known. */
function sumOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 || known.length < values.length ? null : known.reduce((sum, one) => sum + one, 0);
}

/** A series of the target's, in its unit; silent where its whole endpoint says nothing. */
interface Read {
  readonly series: FoundSeries;
  readonly value: number | null;
  readonly isSilent: boolean;
}

/** The series of some kinds; `null` where none is watched. */
function seriesReader(
  source: ControlSource<Target>,
  setup: SetupData | undefined,
  kinds: readonly SeriesKind[],
): () => Promise<Read[] | null> {
  const { config } = source;
  const { monitor } = config;
  const watched =
    monitor === null || setup?.monitor === undefined ? [] : decodePlan(setup.monitor, monitor).series;
  const wanted = watched.filter(({ kind }) => kinds.includes(kind));
  const endpoints = [...new Set(wanted.map((series) => series.source))];
  return async () => {
    if (wanted.length === 0) return null;
    const headers = await (await clientOf(source)).headers();
    const seen = new Map<string, Looked>();
    for (const endpoint of endpoints) {
      const paths = wanted.flatMap((series) => (series.source === endpoint ? [series.path] : []));
      seen.set(endpoint, await lookAt(config, endpoint, headers, paths));
    }
    return wanted.map((series) => {
      const numbers = seen.get(series.source)?.numbers;
      const number = numbers?.get(series.path);
      const value = number === undefined ? null : number * (series.scale ?? 1);
      return { series, value, isSilent: (numbers?.size ?? 0) === 0 };
    });
  };
}
