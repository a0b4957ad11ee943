// Events to RudderStack: queued, in batches of 20.
import Rudder from '@rudderstack/rudder-sdk-node';
import type { ErrorLog } from '../errors.ts';
import { ExportCounter, type ExportStats } from './export-counter.ts';

interface RudderStackServer {
  readonly dataPlaneUrl: string;
  readonly writeKey: string;
}

/** Events that may wait. The SDK serialises its whole queue with each event: a long queue costs every request. */
const queueCapacity = 200;

/** The SDK hands an error to the callback of an event; its type says nothing of that. */
type Settled = (error?: Error) => void;

export class RudderStack {
  readonly #client: Rudder;
  readonly #counter = new ExportCounter(queueCapacity);
  readonly #errors: ErrorLog;

  constructor(server: RudderStackServer, errors: ErrorLog) {
    this.#errors = errors;
    this.#client = new Rudder(server.writeKey, {
      dataPlaneUrl: server.dataPlaneUrl,
      flushAt: 20,
      flushInterval: 1_000,
      retryCount: 1,
      logLevel: 'none',
      // Without a limit a sink that never answers would hold its batch, and all behind it, for ever. No proxy reaches loopback.
      axiosConfig: { timeout: 5_000, proxy: false },
      // Without a handler a dead sink ends the process.
      errorHandler: (error: unknown) => {
        errors.record('rudderstack', error);
      },
    });
  }

  /** Queues an event; drops and counts it when the queue is full. Never throws. */
  track(event: string, properties: Record<string, string | number>): void {
    this.#counter.start();
    const settled: Settled = (error) => {
      this.#counter.settle(error === undefined, [settled]);
    };
    if (!this.#counter.accept(settled)) return;
    try {
      this.#client.track({ anonymousId: 'workflow-target', event, properties }, settled);
    } catch (error) {
      this.#counter.settle(false, [settled]);
      this.#errors.record('rudderstack', error);
    }
  }

  stats(): ExportStats {
    return this.#counter.stats();
  }

  /** Sends all that is queued now; false when `limitMs` milliseconds were not enough. */
  drain(limitMs: number): Promise<boolean> {
    return this.#counter.drain(() => this.#client.flush(), limitMs);
  }
}
