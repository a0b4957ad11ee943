/** A Node.js process by its inspector: Chrome's DevTools protocol over a WebSocket. */
import * as v from 'valibot';
import WebSocket, { type RawData } from 'ws';
import { printable } from '../../lib/format/printable.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { messageOf } from '../errors.ts';
import { jsonOf } from '../../lib/format/json.ts';

/** A profile of minutes is one message of some ten megabytes, bytes. */
const LARGEST_MESSAGE = 2 ** 29;

/** Why the inspector is of no use; one line, whatever the other side has put into it. */
export class InspectorError extends Error {
  override readonly name = 'InspectorError';

  constructor(message: string) {
    super(printable(message, 300));
  }
}

/** What a process may send; events of the protocol have no id. */
const answerSchema = v.object({
  id: v.optional(v.number()),
  result: v.optional(v.unknown()),
  error: v.optional(v.object({ message: v.optional(v.string()) })),
});
const evaluated = v.object({
  result: v.optional(v.object({ value: v.optional(v.unknown()) })),
  exceptionDetails: v.optional(
    v.object({
      text: v.optional(v.string()),
      exception: v.optional(v.object({ description: v.optional(v.string()) })),
    }),
  ),
});
const listSchema = v.looseTuple([
  v.object({ type: v.literal('node'), webSocketDebuggerUrl: v.pipe(v.string(), v.url()) }),
]);

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

const ENDED = 'the process ended';
const MALFORMED = 'a malformed answer; expected the protocol of a Node.js inspector';

export class Inspector {
  readonly #socket: WebSocket;
  readonly #address: string;
  readonly #timeoutMs: Milliseconds;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  private constructor(socket: WebSocket, address: string, timeoutMs: Milliseconds) {
    this.#socket = socket;
    this.#address = address;
    this.#timeoutMs = timeoutMs;
    socket.on('message', (data) => {
      this.#take(data);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#fail(ENDED);
    });
  }

  /**
   * @param address host and port, such as `127.0.0.1:9229`
   * @throws InspectorError where there is no inspector of Node.js, or it does not answer in time
   */
  static async connect(address: string, timeoutMs: Milliseconds): Promise<Inspector> {
    const path = await socketPath(address, timeoutMs);
    const socket = new WebSocket(`ws://${address}${path}`, {
      perMessageDeflate: false,
      maxPayload: LARGEST_MESSAGE,
      handshakeTimeout: timeoutMs,
    });
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', (error) => {
        reject(new InspectorError(`${address}: ${error.message}`));
      });
    });
    return new Inspector(socket, address, timeoutMs);
  }

  /**
   * Calls a method of the protocol.
   * @param timeoutMs how long it may take, where that is more than the usual
   */
  async call(
    method: string,
    params: Record<string, unknown> = {},
    timeoutMs = this.#timeoutMs,
  ): Promise<unknown> {
    const id = (this.#calls += 1);
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<unknown>((resolve, reject) => {
      if (this.#socket.readyState !== WebSocket.OPEN) reject(this.#error(ENDED));
      this.#waiting.set(id, { resolve, reject });
      timer = setTimeout(() => {
        const hint = 'is the process held by a debugger, or busy?';
        reject(this.#error(`no answer to ${method} within ${timeoutMs} ms; ${hint}`));
      }, timeoutMs);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
    try {
      return await answered;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  /** The value of an expression in the process, as JSON has it. */
  async evaluate(expression: string): Promise<unknown> {
    const answer = v.safeParse(
      evaluated,
      await this.call('Runtime.evaluate', { expression, returnByValue: true }),
    );
    if (!answer.success) throw this.#error(MALFORMED);
    const { exceptionDetails: thrown, result } = answer.output;
    if (thrown === undefined) return result?.value;
    const [line = ''] = (thrown.exception?.description ?? thrown.text ?? '').split('\n');
    throw this.#error(line);
  }

  close(): void {
    this.#socket.close();
    // A process that is held would never answer the closing.
    setTimeout(() => {
      this.#socket.terminate();
    }, this.#timeoutMs).unref();
  }

  #take(data: RawData): void {
    const parsed = v.safeParse(answerSchema, jsonOf((data as Buffer).toString()));
    if (!parsed.success) {
      this.#fail(MALFORMED);
      this.#socket.terminate();
      return;
    }
    const { id, result, error } = parsed.output;
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(this.#error(error.message ?? 'refused'));
  }

  #error(problem: string): InspectorError {
    return new InspectorError(`${this.#address}: ${problem}`);
  }

  /** Whoever waits for an answer gets none. */
  #fail(reason: string): void {
    for (const { reject } of this.#waiting.values()) reject(this.#error(reason));
    this.#waiting.clear();
  }
}

/** Why there is no inspector at an address, in one line; `null` where there is one. It is not attached to. */
export function inspectorProblem(address: string, timeoutMs: Milliseconds): Promise<string | null> {
  return socketPath(address, timeoutMs).then(() => null, messageOf);
}

/** Where the inspector listens for its protocol, by its own list. */
async function socketPath(address: string, timeoutMs: Milliseconds): Promise<string> {
  const found = v.safeParse(listSchema, await listOf(address, timeoutMs));
  if (found.success) return new URL(found.output[0].webSocketDebuggerUrl).pathname;
  throw new InspectorError(`${address}: what answers there is no inspector of Node.js`);
}

async function listOf(address: string, timeoutMs: Milliseconds): Promise<unknown> {
  try {
    const answer = await fetch(`http://${address}/json/list`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return jsonOf(await answer.text());
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw new InspectorError(`${address}: no answer within ${timeoutMs} ms`);
    }
    const { cause } = error as { cause?: { code?: unknown } };
    const reason = cause?.code === 'ECONNREFUSED' ? 'nothing listens there' : messageOf(cause ?? error);
    throw new InspectorError(`${address}: ${reason}`);
  }
}
