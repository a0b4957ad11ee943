// The sinks' process: apart from the backend, so that its CPU is not charged to what is measured.
import { runChild } from '../process/child.ts';
import { readSettings } from '../settings.ts';
import { createSinks } from './server.ts';

await runChild(async (own) => {
  const { sinksPort } = readSettings(process.env);
  const server = createSinks();
  const sinksUrl = await server.listen({ host: '127.0.0.1', port: sinksPort }).catch(() => {
    throw new Error(
      `port ${sinksPort} for the sinks is in use: choose another with --sinks-port or SINKS_PORT`,
    );
  });
  own(() => server.close());
  return { sinksUrl };
});
