/** A file over HTTP, through the proxies that a machine has: Node 20's `fetch` knows none. */
import { once } from 'node:events';
import {
  get as getPlain,
  request as requestPlain,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { get as getSecure } from 'node:https';
import type { Socket } from 'node:net';
import { connect as connectSecure } from 'node:tls';
import { redacted } from '../../lib/format/redacted.ts';
import { messageOf } from '../errors.ts';

/** A server is given up after this time without an answer, or without the next piece of one (milliseconds). */
const SILENCE_MS = 3_000;
/** A whole download is given up after this time (milliseconds): 30 MB at 250 kB/s; building is no slower. */
const DOWNLOAD_MS = 120_000;
const MOST_REDIRECTS = 5;

/**
 * Reads a whole file.
 * @param env HTTPS_PROXY, HTTP_PROXY and NO_PROXY are respected, in lower case as well
 * @throws Error one line with the address and the reason
 */
export async function download(url: string, env: NodeJS.ProcessEnv): Promise<Buffer> {
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`no answer in ${SILENCE_MS / 1000} s`));
  }, SILENCE_MS);
  try {
    const signal = AbortSignal.any([silence.signal, AbortSignal.timeout(DOWNLOAD_MS)]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of await ask(new URL(url), env, signal)) {
      timer.refresh();
      chunks.push(chunk as Uint8Array);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const reason: unknown = silence.signal.aborted ? silence.signal.reason : error;
    throw new Error(`${url}: ${redacted(messageOf(reason))}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The answer of the last server that redirects lead to. */
async function ask(first: URL, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<IncomingMessage> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const proxy = proxyFor(url, env);
    const options = proxy === null ? { signal } : { signal, ...(await through(proxy, url, signal)) };
    const request = url.protocol === 'https:' ? getSecure(url, options) : getPlain(url, options);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) return answer;
    answer.destroy();
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
      throw new Error(`HTTP status ${statusCode}`);
    }
    url = new URL(headers.location, url);
  }
  throw new Error(`more than ${MOST_REDIRECTS} redirects`);
}

/** Options that send a request through a tunnel of a proxy. */
async function through(
  proxy: URL,
  { protocol, hostname, port }: URL,
  signal: AbortSignal,
): Promise<RequestOptions> {
  const isSecure = protocol === 'https:';
  const address = `${hostname}:${port === '' ? (isSecure ? 443 : 80) : port}`;
  const user = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const request = requestPlain({
    method: 'CONNECT',
    host: proxy.hostname,
    port: proxy.port === '' ? 80 : proxy.port,
    path: address,
    headers: {
      Host: address,
      ...(user === ':' ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(user).toString('base64')}` }),
    },
    signal,
  }).end();
  const [answer, socket] = (await once(request, 'connect').catch((error: unknown) => {
    throw new Error(`the proxy ${proxy.host}: ${messageOf(error)}`, { cause: error });
  })) as [IncomingMessage, Socket];
  if (answer.statusCode !== 200)
    throw new Error(`the proxy ${proxy.host} answered ${answer.statusCode ?? 0}`);
  return {
    // Without an agent Node would name port 80 in the Host header.
    defaultPort: isSecure ? 443 : 80,
    createConnection: () => (isSecure ? connectSecure({ socket, servername: hostname }) : socket),
  };
}

/** The proxy that the environment names for an address; null for none. */
export function proxyFor({ protocol, hostname, port }: URL, env: NodeJS.ProcessEnv): URL | null {
  const variable = (name: string) => env[name.toLowerCase()] ?? env[name.toUpperCase()] ?? '';
  const proxy = variable(`${protocol.slice(0, -1)}_proxy`);
  const direct = variable('no_proxy')
    .split(/[\s,]+/)
    .filter((entry) => entry !== '');
  const isDirect = direct.some((entry) => {
    const [, host = '', only] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
    const isHost = host === '' || hostname === host || hostname.endsWith(`.${host}`);
    return (
      isHost && (only === undefined || only === (port === '' ? (protocol === 'https:' ? '443' : '80') : port))
    );
  });
  return proxy === '' || isDirect ? null : new URL(proxy.includes('://') ? proxy : `http://${proxy}`);
}
