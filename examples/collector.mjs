// A collector of OpenTelemetry's protocol (OTLP/HTTP, JSON) that counts spans and keeps none: `GET /counts`.
//
//   node examples/collector.mjs [port]
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';

const counts = { spans: 0, requests: 0 };

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('Content-Type', 'application/json');
    if (request.method === 'GET') {
      response.end(JSON.stringify(counts));
      return;
    }
    const body = Buffer.concat(chunks);
    counts.requests += 1;
    if (request.url === '/v1/traces') {
      const isGzip = request.headers['content-encoding'] === 'gzip';
      counts.spans += spansIn(JSON.parse(isGzip ? gunzipSync(body) : body));
    }
    response.end('{}');
  });
}).listen(Number(process.argv[2] ?? 4318), '127.0.0.1');

function spansIn({ resourceSpans }) {
  const scopes = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans);
  return scopes.reduce((sum, { spans }) => sum + spans.length, 0);
}
