// CPU, memory, event loop, database pool and requests, as JSON and as Prometheus text.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { PoolStats } from '../storage/database.ts';
import type { RequestCounts } from './request-counts.ts';

/** Interval at which the delay of the event loop is sampled, milliseconds. */
const samplingMs = 10;

export class Monitor {
  readonly #registry = new Registry();
  readonly #delay = monitorEventLoopDelay({ resolution: samplingMs });
  readonly #counts: RequestCounts;
  readonly #pool: () => PoolStats;
  readonly #timer: NodeJS.Timeout;
  #cpu = process.cpuUsage();
  #lookMs = performance.now();
  #cpuPercent = 0;
  /** Delay of the event loop in the last whole period, milliseconds. */
  #eventLoop = { delayMeanMs: 0, delayP99Ms: 0, delayMaxMs: 0 };

  /** @param periodMs CPU load and delay of the event loop are those of the last as many milliseconds */
  constructor(counts: RequestCounts, pool: () => PoolStats, periodMs: number) {
    this.#counts = counts;
    this.#pool = pool;
    this.#delay.enable();
    this.#timer = setInterval(() => {
      this.#look();
    }, periodMs).unref();
    collectDefaultMetrics({ register: this.#registry });
    this.#exposePool();
    this.#exposeRequests();
  }

  json() {
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
    return {
      uptimeS: process.uptime(),
      cpu: {
        userS: user / 1e6,
        systemS: system / 1e6,
        seconds: (user + system) / 1e6,
        percent: this.#cpuPercent,
      },
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal, externalBytes: external },
      eventLoop: this.#eventLoop,
      database: this.#pool(),
      requests: { active: this.#counts.active, byStatus: this.#counts.byStatus() },
    };
  }

  /** Prometheus text, version 0.0.4. */
  prometheus(): Promise<string> {
    return this.#registry.metrics();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#delay.disable();
  }

  #look(): void {
    const now = performance.now();
    const { user, system } = process.cpuUsage(this.#cpu);
    this.#cpuPercent = (100 * (user + system)) / 1_000 / (now - this.#lookMs);
    this.#cpu = process.cpuUsage();
    this.#lookMs = now;
    // The histogram counts nanoseconds and includes the sampling period itself.
    const ms = (nanoseconds: number): number =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - samplingMs) : 0;
    this.#eventLoop = {
      delayMeanMs: ms(this.#delay.mean),
      delayP99Ms: ms(this.#delay.percentile(99)),
      delayMaxMs: ms(this.#delay.max),
    };
    this.#delay.reset();
  }

  #exposePool(): void {
    const pool = this.#pool;
    for (const part of ['inUse', 'waiting', 'size'] as const)
      new Gauge({
        name: `target_database_pool_${part === 'inUse' ? 'in_use' : part}`,
        help: `Database connections: ${part}`,
        registers: [this.#registry],
        collect() {
          this.set(pool()[part]);
        },
      });
  }

  #exposeRequests(): void {
    const counts = this.#counts;
    new Gauge({
      name: 'target_requests_total',
      help: 'Answers of the workflow route by status',
      labelNames: ['status'],
      registers: [this.#registry],
      collect() {
        for (const [status, count] of Object.entries(counts.byStatus())) this.set({ status }, count);
      },
    });
  }
}
