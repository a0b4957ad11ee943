/** A file over HTTP, as all requests of the command line are made. */
import type { Response } from 'undici';
import { redacted } from '../../lib/format/redacted.ts';
import { connections } from '../api/connections.ts';
import { reasonOf } from '../api/send.ts';
import type { K6Context } from './context.ts';

/** A whole download is given up after this time (milliseconds): 30 MB at 250 kB/s; building is no slower. */
const DOWNLOAD_MS = 120_000;
const MOST_REDIRECTS = 5;

/**
 * Reads a whole file.
 * @param silenceMs a server is given up after this time without an answer, or without the next piece of one
 * @param env HTTPS_PROXY, HTTP_PROXY and NO_PROXY are respected, in lower case as well
 * @throws Error one line with the address and the reason
 */
export async function download(
  url: string,
  { silenceMs, env }: Pick<K6Context, 'silenceMs' | 'env'>,
): Promise<Buffer> {
  const silence = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const { fetch } = await import('undici');
    const dispatcher = await connections(env);
    // Loading all that is no silence of the server.
    timer = setTimeout(() => {
      silence.abort();
    }, silenceMs);
    const signal = AbortSignal.any([silence.signal, AbortSignal.timeout(DOWNLOAD_MS)]);
    const ask = async (address: URL) => {
      const answer = await fetch(address, { dispatcher, signal, redirect: 'manual' });
      timer?.refresh();
      return answer;
    };
    const chunks: Uint8Array[] = [];
    for await (const chunk of await followed(new URL(url), ask)) {
      timer.refresh();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const reason = silence.signal.aborted ? `no answer in ${silenceMs / 1000} s` : reasonOf(error);
    throw new Error(`${url}: ${redacted(reason)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** The body of the last answer that redirects lead to. */
async function followed(
  first: URL,
  ask: (url: URL) => Promise<Response>,
): Promise<AsyncIterable<Uint8Array>> {
  let url = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const { status, headers, body } = await ask(url);
    if (status === 200 && body !== null) return body;
    await body?.cancel();
    const next = headers.get('location');
    if (status < 300 || status >= 400 || next === null) throw new Error(`HTTP status ${status}`);
    url = new URL(next, url);
  }
  throw new Error(`more than ${MOST_REDIRECTS} redirects`);
}
