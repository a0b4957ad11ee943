// The server that every row loads, in a process of its own: node:http and nothing else, so that k6 is what saturates.
// Prints its address as one line.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Queues are empty this long after the last request. */
const DRAINED_MS = 100;
let requestedAt = 0;

const queues = () => {
  const queued = Date.now() - requestedAt > DRAINED_MS ? 0 : 12;
  const exporter = { started: 9_000, queued, capacity: 2_048, exported: 8_980, failed: 0, dropped: 8 };
  const writer = { queued, capacity: 20_000, written: 9_000, failedWrites: 0, dropped: 0 };
  return {
    langfuse: exporter,
    rudderstack: exporter,
    database: { executions: writer, modelCosts: writer, similarity: writer },
    injected: { queued: 0 },
  };
};
/** What it says about itself, like the reference target: as many series, and of the same kinds. */
const observability: Readonly<Record<string, () => unknown>> = {
  '/api/v1/observability/queue-stats': queues,
  '/api/v1/observability/metrics': () => ({
    cpu: { userS: 8.1, systemS: 1.2, percent: 31.5 },
    memory: { rssBytes: 151_000_000, heapUsedBytes: 61_000_000 },
    eventLoop: { delayMeanMs: 0.2, delayP99Ms: 1.4, delayMaxMs: 8.3 },
    database: { inUse: 2, waiting: 0, size: 10 },
  }),
  '/api/v1/observability/errors': () => ({ total: 0, errors: [] }),
};

let answers = 0;
const server = createServer((request, response) => {
  request.resume().on('end', () => {
    response.setHeader('Content-Type', 'application/json');
    const own = observability[request.url ?? ''];
    if (own === undefined) {
      requestedAt = Date.now();
      response.end(`{"executionId":${(answers += 1)},"status":"completed"}`);
    } else response.end(JSON.stringify(own()));
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://127.0.0.1:${port}`);
});
