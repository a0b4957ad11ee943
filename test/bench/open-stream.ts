/**
 * The experiment's open stream against k6's `constant-arrival-rate`: P95 against the server's own, at fixed rates.
 *
 *   npx tsx test/bench/open-stream.ts [repeats, 5 by default]
 *
 * The bar: the stream's P95 within 1 ms or 5 % of the truth, and no worse than the executor's, medians over the repeats,
 * which alternate. Server and k6 share the machine's cores.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { provideK6 } from '../../cli/k6/provide.ts';
import { quantile } from '../../lib/overhead/quantile.ts';

const RATES = [500, 1_000, 2_000, 4_000];
const SECONDS = 5;

interface Run {
  /** P95 that k6 measured, minus the P95 that the server saw, in ms. */
  errorMs: number;
  truthMs: number;
  dropped: number;
  /** p99 of start lateness in ms, of the stream only. */
  lateMs: number | null;
}

const repeats = Number(process.argv[2] ?? '5');
if (!Number.isInteger(repeats) || repeats < 1)
  throw new Error(`repeats: '${process.argv[2] ?? ''}'; 1 or more`);
const folder = await mkdtemp(join(tmpdir(), 'open-stream-'));
const bundle = join(folder, 'open-stream.js');
await build({
  entryPoints: [join(import.meta.dirname, 'open-stream.k6.ts')],
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  external: ['k6', 'k6/*'],
  outfile: bundle,
  logLevel: 'warning',
});
const { path: k6 } = await provideK6();
const server = spawn(process.execPath, [join(import.meta.dirname, 'open-stream.server.mjs')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
const [port] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
const url = `http://127.0.0.1:${port}`;
try {
  console.log(
    '| rate | truth, P95 | stream - truth | executor - truth | stream, p99 late | executor, dropped | bar |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const rate of RATES) {
    const stream: Run[] = [];
    const executor: Run[] = [];
    for (let i = 0; i < repeats; i += 1) {
      stream.push(await run('stream', rate));
      executor.push(await run('executor', rate));
    }
    console.log(row(rate, stream, executor));
  }
} finally {
  server.stdin.end();
  await rm(folder, { recursive: true });
}

async function run(kind: 'stream' | 'executor', rate: number): Promise<Run> {
  const child = spawn(k6, ['run', '--quiet', '--no-usage-report', bundle], {
    env: { ...process.env, KIND: kind, RATE: String(rate), SECONDS: String(SECONDS), URL: url },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  await once(child, 'close');
  const measured = JSON.parse(output.stdout) as { p95Ms: number; dropped: number };
  const truth = (await (await fetch(`${url}/truth`)).json()) as { p95Ms: number };
  const late = /lateness ([\d.]+)/.exec(output.stderr)?.[1];
  return {
    errorMs: measured.p95Ms - truth.p95Ms,
    truthMs: truth.p95Ms,
    dropped: measured.dropped,
    lateMs: late === undefined ? null : Number(late),
  };
}

function row(rate: number, stream: readonly Run[], executor: readonly Run[]): string {
  const median = (values: number[]) => quantile(values, 0.5);
  const truth = median([...stream, ...executor].map(({ truthMs }) => truthMs));
  const [ours, theirs] = [stream, executor].map((runs) =>
    median(runs.map(({ errorMs }) => Math.abs(errorMs))),
  );
  const met = (ours ?? 0) <= Math.max(1, 0.05 * truth) && (ours ?? 0) <= (theirs ?? 0) + 0.5;
  const signed = (runs: readonly Run[]) => `${median(runs.map(({ errorMs }) => errorMs)).toFixed(2)} ms`;
  return (
    `| ${rate}/s | ${truth.toFixed(1)} ms | ${signed(stream)} | ${signed(executor)} | ` +
    `${median(stream.map(({ lateMs }) => lateMs ?? 0)).toFixed(1)} ms | ${median(executor.map(({ dropped }) => dropped))} | ${met ? 'met' : 'not met'} |`
  );
}
