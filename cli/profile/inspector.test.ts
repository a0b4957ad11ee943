/** The inspectors of real processes: of one that answers, one that is held, one that ends, and what is none. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { ending } from '../../test/support/endings.ts';
import { Inspector, inspectorProblem } from './inspector.ts';

const TIMEOUT_MS = 5_000;

/** A process with an inspector on a free port. */
async function inspected(code: string): Promise<{ address: string; child: ChildProcess }> {
  const child = spawn(process.execPath, ['--inspect=127.0.0.1:0', '-e', code], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  after(() => child.kill('SIGKILL'));
  const [line] = (await once(createInterface({ input: child.stderr }), 'line')) as [string];
  return { address: new URL(line.replace(/^.*(?=ws:)/, '')).host, child };
}

test('values, errors and calls of a process that answers', async () => {
  const { address } = await inspected('setInterval(() => undefined, 1_000)');
  assert.equal(await inspectorProblem(address, TIMEOUT_MS), null);
  const inspector = await Inspector.connect(address, TIMEOUT_MS);
  assert.deepEqual(await inspector.evaluate('({ a: [1, "b"] })'), { a: [1, 'b'] });
  await assert.rejects(inspector.evaluate('nothing.at.all'), {
    message: `${address}: ReferenceError: nothing is not defined`,
  });
  await assert.rejects(inspector.call('No.method'), /'No\.method' wasn't found/);
  inspector.close();
});

test('a process that is held: a time-out, and one line', async () => {
  const { address, child } = await inspected('setInterval(() => undefined, 1_000)');
  const inspector = await Inspector.connect(address, TIMEOUT_MS);
  child.kill('SIGSTOP');
  await assert.rejects(inspector.call('Runtime.evaluate', { expression: '1' }, 300), {
    message: `${address}: no answer to Runtime.evaluate within 300 ms; is the process held by a debugger, or busy?`,
  });
  assert.equal(await inspectorProblem(address, 300), `${address}: no answer within 300 ms`);
  inspector.close();
});

test('a process that ends while it is asked', async () => {
  const { address, child } = await inspected('setInterval(() => undefined, 1_000)');
  const inspector = await Inspector.connect(address, TIMEOUT_MS);
  child.kill('SIGSTOP');
  const asked = inspector.evaluate('1');
  child.kill('SIGKILL');
  await assert.rejects(asked, { message: `${address}: the process ended` });
});

test('nothing there, and what is no inspector', async () => {
  const { address, child } = await inspected('setInterval(() => undefined, 1_000)');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await inspectorProblem(address, TIMEOUT_MS), `${address}: nothing listens there`);

  const server = createServer((_request, response) => response.end('<h1>hello</h1>')).listen(0, '127.0.0.1');
  after(() => server.close());
  await once(server, 'listening');
  const other = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  assert.equal(
    await inspectorProblem(other, TIMEOUT_MS),
    `${other}: what answers there is no inspector of Node.js`,
  );
});

/** An inspector that answers each call as it is told to. */
async function dishonest(answer: (id: number) => string, list?: unknown): Promise<string> {
  const server = createServer((_, response) => {
    response.end(JSON.stringify(list ?? [{ type: 'node', webSocketDebuggerUrl: 'ws://127.0.0.1/a' }]));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sockets = new WebSocketServer({ server }).on('connection', (socket) => {
    socket.on('message', (data) => {
      socket.send(answer((JSON.parse((data as Buffer).toString()) as { id: number }).id));
    });
  });
  after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('answers that are none, and answers that would write into the terminal, are one line', async () => {
  const wrong = ['', 'nonsense', 'null', '{"id":"one"}', '{"id":1,"error":"no"}', '{"id":1,"result":7}'];
  for (const text of wrong) {
    const inspector = await Inspector.connect(await dishonest(() => text), TIMEOUT_MS);
    await assert.rejects(
      inspector.evaluate('1'),
      ({ name, message }: Error) =>
        name === 'InspectorError' && message.includes(ending('inspector-malformed').says),
      text,
    );
    inspector.close();
  }
  const answer = (id: number) =>
    JSON.stringify({ id, error: { message: '\u001b[2Jgone\nk6-overhead: PASS' } });
  const inspector = await Inspector.connect(await dishonest(answer), TIMEOUT_MS);
  await assert.rejects(inspector.evaluate('1'), /: \\u001b\[2Jgone\\nk6-overhead: PASS$/);
  inspector.close();
  for (const list of [
    {},
    [null],
    [{ type: 'node' }],
    [{ type: 'node', webSocketDebuggerUrl: 'no address' }],
  ]) {
    const address = await dishonest(() => '', list);
    assert.equal(
      await inspectorProblem(address, TIMEOUT_MS),
      `${address}: what answers there is no inspector of Node.js`,
    );
  }
});
