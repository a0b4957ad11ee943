// The backend's inspector, by which a profiler looks into this process alone.
import * as inspector from 'node:inspector';

/** Whoever reaches an inspector may run code in its process: loopback alone. */
const host = '127.0.0.1';

/** Opens it and returns its host and port; throws an Error of one line where the port is taken. */
export function openInspector(port: number | undefined): string | undefined {
  if (port === undefined) return undefined;
  inspector.open(port, host);
  // Where the port is taken Node only prints a warning.
  const url = inspector.url();
  if (url === undefined)
    throw new Error(`INSPECT_PORT: port ${port} on ${host} is in use: choose another (0 picks a free one)`);
  return new URL(url).host;
}
