// Traces through OpenTelemetry to Langfuse: in the background in batches of 20, or before the answer, as asked.
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { setLangfuseTracerProvider, startActiveObservation } from '@langfuse/tracing';
import { context, createContextKey } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, setGlobalErrorHandler } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  BasicTracerProvider,
  type ReadableSpan,
  type SpanExporter,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { ErrorLog } from '../errors.ts';
import { ExportCounter, type ExportStats } from './export-counter.ts';

interface LangfuseServer {
  readonly baseUrl: string;
  readonly publicKey: string;
  readonly secretKey: string;
}

/** Spans in one export. */
const batchSize = 20;
/** Spans that may wait: the SDK's own limit, which it enforces without a word. */
const queueCapacity = 2_048;
/** A batch that is not full is sent after this time, seconds. */
const flushIntervalS = 1;
/** An export that takes longer has failed, milliseconds. */
const exportTimeoutMs = 5_000;
/** So many spans as the queue holds may be exported at a time: one each in synchronous mode. */
const concurrencyLimit = queueCapacity;

const synchronousKey = createContextKey('spans are exported before the answer');

export class Langfuse {
  readonly #counter = new ExportCounter(queueCapacity);
  readonly #pending = new PendingTraces();
  /** Spans that the queue had no room for. */
  readonly #refused = new WeakSet<ReadableSpan>();
  readonly #processor: SpanProcessor;

  /** Installs the tracer of this process: there can be one of it. */
  constructor(server: LangfuseServer, errors: ErrorLog) {
    setGlobalErrorHandler((error) => {
      errors.record('langfuse', error);
    });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const processor = (exportMode: 'batched' | 'immediate'): LangfuseSpanProcessor =>
      new LangfuseSpanProcessor({
        ...server,
        exporter: this.#counted(otlpExporter(server), errors),
        exportMode,
        flushAt: batchSize,
        flushInterval: flushIntervalS,
        shouldExportSpan: ({ otelSpan }) => !this.#refused.has(otelSpan),
      });
    this.#processor = this.#route(processor('batched'), processor('immediate'));
    setLangfuseTracerProvider(new BasicTracerProvider({ spanProcessors: [this.#processor] }));
  }

  /** Runs `work` as a trace; its spans are exported in the background. */
  traceInBackground<T>(name: string, work: (span: RootSpan) => Promise<T>): Promise<T> {
    return startActiveObservation(name, work, { asType: 'agent' });
  }

  /** Runs `work` as a trace and resolves when all of its spans have been exported or have failed. */
  async traceBeforeAnswer<T>(name: string, work: (span: RootSpan) => Promise<T>): Promise<T> {
    const active = context.active().setValue(synchronousKey, true);
    let traceId = '';
    try {
      return await context.with(active, () =>
        startActiveObservation(
          name,
          (span) => {
            traceId = span.traceId;
            return work(span);
          },
          { asType: 'agent' },
        ),
      );
    } finally {
      await this.#pending.settled(traceId);
    }
  }

  stats(): ExportStats {
    return this.#counter.stats();
  }

  /** Exports all that is queued now; false when `limitMs` milliseconds were not enough. */
  drain(limitMs: number): Promise<boolean> {
    return this.#counter.drain(() => this.#processor.forceFlush(), limitMs);
  }

  /** Sends a request's spans to one of two processors, counts them, and drops what the queue has no room for. */
  #route(batched: SpanProcessor, immediate: SpanProcessor): SpanProcessor {
    const synchronous = new WeakSet<ReadableSpan>();
    const of = (span: ReadableSpan): SpanProcessor => (synchronous.has(span) ? immediate : batched);
    return {
      onStart: (span, parent) => {
        this.#counter.start();
        if (parent.getValue(synchronousKey) === true) synchronous.add(span);
        of(span).onStart(span, parent);
      },
      onEnd: (span) => {
        // A refused span is handed on too: the SDK forgets it, and its filter drops it.
        const isAccepted = this.#counter.accept(span);
        if (!isAccepted) this.#refused.add(span);
        if (synchronous.has(span) && isAccepted) this.#pending.add(span);
        of(span).onEnd(span);
      },
      // Neither rejects: the exporter has counted and recorded what failed.
      forceFlush: async () => {
        await Promise.allSettled([batched.forceFlush(), immediate.forceFlush()]);
      },
      shutdown: async () => {
        await Promise.allSettled([batched.shutdown(), immediate.shutdown()]);
      },
    };
  }

  /** Counts the results of an exporter. */
  #counted(exporter: SpanExporter, errors: ErrorLog): SpanExporter {
    return {
      export: (spans, report) => {
        exporter.export(spans, (result) => {
          const isExported = result.code === ExportResultCode.SUCCESS;
          this.#counter.settle(isExported, spans);
          this.#pending.settle(spans);
          if (!isExported) errors.record('langfuse', result.error ?? 'export failed');
          report(result);
        });
      },
      shutdown: () => exporter.shutdown(),
    };
  }
}

/** What the work of a trace may do with its root. */
export interface RootSpan {
  readonly traceId: string;
  update(attributes: { input?: unknown; output?: unknown; metadata?: Record<string, unknown> }): unknown;
}

function otlpExporter(server: LangfuseServer): OTLPTraceExporter {
  const credentials = Buffer.from(`${server.publicKey}:${server.secretKey}`).toString('base64');
  return new OTLPTraceExporter({
    url: `${server.baseUrl}/api/public/otel/v1/traces`,
    headers: { Authorization: `Basic ${credentials}` },
    timeoutMillis: exportTimeoutMs,
    concurrencyLimit,
  });
}

/** Traces whose spans a request waits for. */
class PendingTraces {
  readonly #spans = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();

  add(span: ReadableSpan): void {
    const { traceId } = span.spanContext();
    this.#spans.set(traceId, (this.#spans.get(traceId) ?? 0) + 1);
  }

  settle(spans: readonly ReadableSpan[]): void {
    for (const span of spans) {
      const { traceId } = span.spanContext();
      const left = (this.#spans.get(traceId) ?? 0) - 1;
      if (left > 0) this.#spans.set(traceId, left);
      else this.#end(traceId);
    }
  }

  /** Resolves when no span of the trace is on its way; call it when all of its spans have ended. */
  settled(traceId: string): Promise<void> {
    if (!this.#spans.has(traceId)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(traceId, resolve));
  }

  #end(traceId: string): void {
    this.#spans.delete(traceId);
    this.#waiting.get(traceId)?.();
    this.#waiting.delete(traceId);
  }
}
