// The sinks' process: apart from the backend, so that its CPU is not charged to what is measured.
import type { AddressInfo } from 'node:net';
import { runChild } from '../process/child.ts';
import { readSettings } from '../settings.ts';
import { createSinks } from './server.ts';

await runChild(async (own) => {
  const { sinksPort } = readSettings(process.env);
  const server = createSinks();
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', () => {
      reject(
        new Error(
          `port ${sinksPort} for the sinks is in use: choose another with --sinks-port or SINKS_PORT`,
        ),
      );
    });
    server.listen(sinksPort, '127.0.0.1', resolve);
  });
  own(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { sinksUrl: `http://127.0.0.1:${port}` };
});
