/** Where k6 has commands run: a server on the loopback, for one run, which nobody else can ask. */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import * as v from 'valibot';
import {
  COMMANDS_ADDRESS,
  COMMANDS_SECRET,
  type CommandAnswer,
  type CommandRequest,
} from '../../lib/api/commands.ts';
import { messageOf } from '../errors.ts';
import { jsonOf } from '../../lib/format/json.ts';
import { flags } from '../../lib/result/schema/fields.ts';

/** Carries a request out; ended by the signal where nobody waits for it any more. */
export type CarryOut = (request: CommandRequest, signal: AbortSignal) => Promise<void>;

interface CommandServer {
  /** What k6 needs to ask it; in its environment, never in its arguments. */
  readonly env: Readonly<Record<string, string>>;
  /** Waits for what is under way. */
  close: () => Promise<void>;
}

const requestField = v.union([
  v.strictObject({ arm: v.string(), settings: flags }),
  v.strictObject({ crossed: v.boolean() }),
]);
const MOST_BYTES = 65_536;

/** Serves until it is closed: one command at a time, in the order of the requests. */
export async function serveCommands(carryOut: CarryOut): Promise<CommandServer> {
  const secret = randomBytes(32).toString('base64url');
  let last: Promise<void> = Promise.resolve();
  const server = createServer((request, response) => {
    // k6 has gone, or has given up: the command is ended, and the next one is not held up.
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort(new Error('k6 no longer waits for it'));
    });
    void answer(request, response, secret, async (asked) => {
      const before = last;
      const work = before.then(() => carryOut(asked, gone.signal));
      last = work.catch(() => undefined);
      await work;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: { [COMMANDS_ADDRESS]: `http://127.0.0.1:${port}/`, [COMMANDS_SECRET]: secret },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await last;
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  secret: string,
  carryOut: (asked: CommandRequest) => Promise<void>,
): Promise<void> {
  if (!isSame(request.headers.authorization ?? '', `Bearer ${secret}`)) {
    respond(response, 403, { problem: 'this address is for the k6 of one run' });
    return;
  }
  try {
    const asked = v.safeParse(requestField, await bodyOf(request));
    if (request.method !== 'POST' || !asked.success) {
      respond(response, 400, { problem: 'expected a POST of an arm with its settings' });
      return;
    }
    await carryOut(asked.output);
    respond(response, 200, { problem: null });
  } catch (error) {
    respond(response, 200, { problem: messageOf(error) });
  }
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `undefined` where it is no JSON, or too much. */
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += chunk;
    if (text.length > MOST_BYTES) return undefined;
  }
  return jsonOf(text);
}

function respond(response: ServerResponse, status: number, body: CommandAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
