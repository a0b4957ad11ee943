/** Small servers that stand for an API, well or ill, on a free port of loopback. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';

export interface Received {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Counts the requests to the workflow API, from 1; probes and the like are not counted. */
  number: number;
}

export type Answer =
  | {
      status?: number;
      body?: string | Buffer;
      type?: string;
      headers?: Record<string, string>;
      afterMs?: number;
      /** The answer is streamed: `body` at once, and this so much later. */
      rest?: { afterMs: number; body: string };
    }
  /** No answer at all; a cut connection; the end of the server: later connections are refused. */
  | 'hang'
  | 'reset'
  | 'die';

export interface TestServer {
  baseUrl: string;
  /** Every request, in the order of arrival. */
  received: Received[];
}

/** `{id}` in a body is another one in each answer. */
export const healthy: Answer = { body: '{"executionId":"{id}","status":"completed"}' };

/** Answers requests to the observability API well, and all others as `answer` says. */
export function withProbe(answer: (request: Received) => Answer): (request: Received) => Answer {
  return (request) => (request.path.startsWith('/api/v1/observability/') ? { body: '{}' } : answer(request));
}

/** Starts a server, which is stopped after the test file. */
export async function serve(answer: (request: Received) => Answer): Promise<TestServer> {
  const received: Received[] = [];
  let number = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      const isWorkflow = !path.startsWith('/api/v1/observability/') && !path.startsWith('/oauth/');
      const entry = {
        method: request.method ?? '',
        path,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        number: isWorkflow ? (number += 1) : number,
      };
      received.push(entry);
      void respond(answer(entry), response, () => {
        server.close();
        server.closeAllConnections();
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

let answers = 0;

async function respond(answer: Answer, response: ServerResponse, die: () => void): Promise<void> {
  if (answer === 'hang') return;
  if (answer === 'reset') {
    response.socket?.destroy();
    return;
  }
  if (answer === 'die') {
    die();
    return;
  }
  const { status = 200, body = '{}', type = 'application/json', headers = {}, afterMs = 0, rest } = answer;
  if (afterMs > 0) await wait(afterMs);
  response.writeHead(status, { 'Content-Type': type, ...headers });
  if (rest !== undefined) {
    response.write(body);
    await wait(rest.afterMs);
    response.end(rest.body);
    return;
  }
  response.end(typeof body === 'string' ? body.replace('{id}', String((answers += 1))) : body);
}

/** Nothing listens here: below the ports that a free one is taken from, and of no service. */
export const REFUSED_ADDRESS = 'http://127.0.0.1:2';
