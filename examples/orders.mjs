// The service of three of the examples: takes orders, and traces each one where `isTraced` says so. Spans go to the
// collector twenty at a time, as OpenTelemetry's exporters send them.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const BATCH = 20;
/** Rounds of SHA-256 an order: about half a millisecond of work. */
const ROUNDS = 500;

/** @param {{ port: number, collector: string, isTraced: () => boolean | Promise<boolean> }} options */
export function serveOrders({ port, collector, isTraced }) {
  let spans = [];
  const trace = (order, begin) => {
    spans.push(spanOf(order, begin));
    if (spans.length < BATCH) return;
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    spans = [];
    // An order never waits for the collector.
    fetch(`${collector}/v1/traces`, { method: 'POST', body }).catch(() => undefined);
  };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => {
      const begin = performance.timeOrigin + performance.now();
      const traced = await isTraced();
      response.setHeader('Content-Type', 'application/json');
      response.setHeader('X-Tracing', traced ? 'on' : 'off');
      if (request.method !== 'POST') {
        response.end('{}');
        return;
      }
      const order = { id: randomUUID(), ...JSON.parse(body) };
      let hash = Buffer.from(order.id);
      for (let i = 0; i < ROUNDS; i += 1) hash = createHash('sha256').update(hash).digest();
      if (traced) trace(order, begin);
      response.end(JSON.stringify({ id: order.id, receipt: hash.toString('hex') }));
    });
  });
  // As behind a balancer: a connection is not cut in the pause between two arms.
  server.keepAliveTimeout = 65_000;
  return server.listen(port, '127.0.0.1');
}

/** One span of OTLP, with the order as it came. */
function spanOf(order, begin) {
  const end = performance.timeOrigin + performance.now();
  const nano = (ms) => String(BigInt(Math.round(ms * 1_000)) * 1_000n);
  const attributes = Object.entries(order).map(([key, value]) => ({
    key,
    value: { stringValue: JSON.stringify(value) },
  }));
  return {
    traceId: randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    name: 'POST /orders',
    startTimeUnixNano: nano(begin),
    endTimeUnixNano: nano(end),
    attributes,
  };
}
