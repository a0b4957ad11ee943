// The backend process: its CPU is what a measurement of overhead measures, so nothing else runs in it.
import { runChild, startMessage } from '../process/child.ts';
import { readSettings } from '../settings.ts';
import { createBackend, drainQueues } from './backend.ts';
import { openInspector } from './inspector.ts';
import { buildServer } from './server.ts';

/** Longest that queues are emptied at the end, milliseconds. */
const drainLimitMs = 5_000;
/** Longest that open requests are waited for at the end, milliseconds. */
const answerLimitMs = 2_000;

await runChild(async (own) => {
  const settings = readSettings(process.env);
  const { addresses } = await startMessage();
  const backend = await createBackend(settings, addresses);
  own(async () => {
    await drainQueues(backend, drainLimitMs);
    backend.monitor.close();
    await Promise.all([backend.database.close(), backend.cache.close()]);
  });
  const server = await buildServer(backend);
  const baseUrl = await server
    .listen({ host: settings.host, port: settings.port })
    .catch((error: unknown) => {
      throw portError(error, settings.port, settings.host);
    });
  own(async () => {
    // Requests that are being answered get their answer, unless they hang.
    const timer = setTimeout(() => {
      server.server.closeAllConnections();
    }, answerLimitMs);
    await server.close();
    clearTimeout(timer);
  });
  return { baseUrl, cache: backend.cache.kind, inspector: openInspector(settings.inspectPort) };
});

/** Says in one line what to do when the port is taken. */
function portError(error: unknown, port: number, host: string): unknown {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!isTaken) return error;
  return new Error(
    `port ${port} on ${host} is in use: choose another with --port or TARGET_PORT (0 picks a free one)`,
  );
}
