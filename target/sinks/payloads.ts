// Reads what the two SDKs send: OTLP JSON, and RudderStack's batch JSON.
import { gunzipSync } from 'node:zlib';

export interface Payload {
  /** Spans or events. */
  readonly count: number;
  /** Executions that they name. */
  readonly executionIds: readonly string[];
}

interface OtlpBody {
  readonly resourceSpans?: readonly {
    readonly scopeSpans?: readonly {
      readonly spans?: readonly {
        readonly attributes?: readonly {
          readonly key: string;
          readonly value: { readonly stringValue?: string };
        }[];
      }[];
    }[];
  }[];
}

interface BatchBody {
  readonly batch?: readonly { readonly properties?: { readonly executionId?: string } }[];
}

const executionAttribute = 'langfuse.observation.metadata.executionId';

/** Reads an OTLP trace export; throws on what is not JSON. */
export function readOtlp(body: Buffer): Payload {
  const { resourceSpans = [] } = JSON.parse(body.toString()) as OtlpBody;
  const spans = resourceSpans.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap(({ spans = [] }) => spans));
  const ids = spans.map(({ attributes = [] }) => attributes.find(({ key }) => key === executionAttribute));
  return { count: spans.length, executionIds: ids.flatMap((id) => id?.value.stringValue ?? []) };
}

/**
 * Reads a batch of events; the SDK sends gzip and calls it a form.
 * @param most bytes that it may have unpacked; throws beyond
 */
export function readBatch(body: Buffer, isGzip: boolean, most: number): Payload {
  const text = (isGzip ? gunzipSync(body, { maxOutputLength: most }) : body).toString();
  const { batch = [] } = JSON.parse(text) as BatchBody;
  return {
    count: batch.length,
    executionIds: batch.flatMap(({ properties }) => properties?.executionId ?? []),
  };
}
