/** Requests at a fixed rate from a k6 of their own, and what it measured. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Milliseconds, PerSecond, Seconds, Share } from '../../thresholds/types.ts';

export interface StreamLoad {
  /**
   * The experiment's open stream in one user, or k6's constant-arrival-rate; the engines' own requests with all that an
   * experiment can ask of an answer beside them, or with none of it.
   */
  kind: 'stream' | 'executor' | 'everything' | 'plain';
  url: string;
  rate: PerSecond;
  seconds: Seconds;
  /** The same rate before it, not measured; the stream only. */
  settle?: Seconds;
  /** Of the stream; evenly by default. */
  spacing?: 'even' | 'poisson';
  seed?: string;
  /** A request that took longer, or failed, is over it; the stream only. */
  limitMs?: Milliseconds;
  /** A POST with it; a GET without. */
  body?: string;
  token?: string;
}

export interface StreamFigures {
  /** Of k6's http_req_duration. */
  p95Ms: Milliseconds;
  /** Requests over the limit, of all; the stream only. */
  over?: Share;
}

/** Bundles a k6 script into a folder, and gives its path. */
export async function bundleStream(folder: string, script = 'stream.k6.ts'): Promise<string> {
  const outfile = join(folder, `${script}.js`);
  await build({
    entryPoints: [join(import.meta.dirname, script)],
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    external: ['k6', 'k6/*'],
    outfile,
    logLevel: 'warning',
  });
  return outfile;
}

/** Sends it, and waits for every answer. */
export async function sendStream(k6: string, bundle: string, load: StreamLoad): Promise<StreamFigures> {
  const { kind, url, rate, seconds, settle, spacing, seed, limitMs, body, token } = load;
  const env = {
    KIND: kind,
    URL: url,
    RATE: String(rate),
    SECONDS: String(seconds),
    SETTLE: String(settle ?? 0),
    ...(spacing === undefined ? {} : { SPACING: spacing }),
    ...(seed === undefined ? {} : { SEED: seed }),
    ...(limitMs === undefined ? {} : { LIMIT_MS: String(limitMs) }),
    ...(body === undefined ? {} : { BODY: body }),
    ...(token === undefined ? {} : { AUTH_TOKEN: token }),
  };
  const child = spawn(k6, ['run', '--quiet', '--no-usage-report', '--log-output', 'none', bundle], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(stdout) as StreamFigures;
}
