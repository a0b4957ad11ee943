/**
 * Series over time, from the event stream of k6's own web dashboard on a free port of the loopback
 * (docs/decisions/0010-time-series.md).
 */
import { get, type ClientRequest } from 'node:http';
import { freePort } from '../process/free-port.ts';
import { onSignal } from '../process/signals.ts';
import { eventReader } from './events.ts';
import { DASHBOARD_TAGS, PERIOD_SECONDS, Timeline, type Seen } from './timeline.ts';

const HOST = '127.0.0.1';
const RETRY_MS = 100;

interface Collector {
  /** What k6 needs in its environment. */
  env: NodeJS.ProcessEnv;
  /** Starts to listen, once k6 is there. */
  start: () => void;
  /** Ends it, and gives what was seen. */
  end: () => Seen;
}

/**
 * A collector for one run of k6. An open client keeps k6 from ending: the stream is closed when k6 says that the load is
 * over, and at each signal that ends k6.
 */
export async function timelineCollector(): Promise<Collector> {
  const port = await freePort();
  const timeline = new Timeline();
  let request: ClientRequest | null = null;
  let retry: NodeJS.Timeout | undefined;
  let ended = false;
  let release: () => void = () => undefined;

  const close = () => {
    ended = true;
    clearTimeout(retry);
    request?.destroy();
    release();
  };
  const connect = () => {
    const read = eventReader((event, data) => {
      if (event === 'stop') close();
      else timeline.add(event, data);
    });
    request = get({ host: HOST, port, path: '/events', agent: false }, (response) => {
      response
        .setEncoding('utf8')
        .on('data', read)
        .on('error', () => undefined);
    });
    // k6 compiles its script before it listens.
    request.on('error', () => {
      if (!ended) retry = setTimeout(connect, RETRY_MS).unref();
    });
  };
  return {
    env: {
      K6_WEB_DASHBOARD: 'true',
      K6_WEB_DASHBOARD_HOST: HOST,
      K6_WEB_DASHBOARD_PORT: String(port),
      K6_WEB_DASHBOARD_PERIOD: `${PERIOD_SECONDS}s`,
      K6_WEB_DASHBOARD_TAGS: DASHBOARD_TAGS,
    },
    start: () => {
      release = onSignal(close);
      connect();
    },
    end: () => {
      close();
      return timeline.seen();
    },
  };
}
