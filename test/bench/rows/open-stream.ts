/**
 * The experiment's open stream against k6's own executor, and the engines' requests with first byte, server time and costs
 * against those without: P95 at fixed rates, against the server's own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { median } from 'simple-statistics';
import type { Bench, Line, Row } from '../row.ts';
import { bundleStream, sendStream, type StreamLoad } from '../stream.ts';

const RATES = [500, 1_000, 2_000, 4_000];
const RATES_OF_EVERYTHING = [1_000, 4_000];
/** The stream's P95 must be as near to the truth as this: in ms, or as a share of it. */
const NEAR_MS = 1;
const NEAR_SHARE = 0.05;
/** What two medians of five differ by on a quiet machine, in ms: "no worse" is to this. */
const NOISE_MS = 0.5;

const folder = join(import.meta.dirname, '..');

type Kind = StreamLoad['kind'];

interface Run {
  /** P95 that k6 measured, minus the P95 that the server saw, in ms. */
  errorMs: number;
  truthMs: number;
}

/** Two kinds side by side. */
interface Compared {
  own: Kind;
  other: Kind;
  what: string;
  than: string;
}

const STREAM: Compared = {
  own: 'stream',
  other: 'executor',
  what: 'open stream in one user',
  than: 'constant-arrival-rate',
};
const EVERYTHING: Compared = {
  own: 'everything',
  other: 'plain',
  what: "an experiment's requests with first byte, server time and costs",
  than: 'without them',
};

interface Setting extends Bench {
  bundles: Record<Kind, string>;
  url: string;
}

export const openStream: Row = {
  name: 'open-stream',
  async measure(bench) {
    const temporary = await mkdtemp(join(tmpdir(), 'open-stream-'));
    const [stream, everything] = [
      await bundleStream(temporary),
      await bundleStream(temporary, 'everything.k6.ts'),
    ];
    const bundles = { stream, executor: stream, everything, plain: everything };
    const server = spawn(process.execPath, [join(folder, 'open-stream.server.mjs')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    try {
      const [port] = (await once(createInterface({ input: server.stdout }), 'line')) as [string];
      const setting = { ...bench, bundles, url: `http://127.0.0.1:${port}` };
      const lines: Line[] = [];
      for (const rate of RATES) lines.push(await lineAt(setting, rate, STREAM));
      for (const rate of RATES_OF_EVERYTHING) lines.push(await lineAt(setting, rate, EVERYTHING));
      return lines;
    } finally {
      server.stdin.end();
      await rm(temporary, { recursive: true });
    }
  },
};

async function lineAt(setting: Setting, rate: number, { own, other, what, than }: Compared): Promise<Line> {
  const pairs = setting.pairs(5);
  const runs: Record<Kind, Run[]> = { stream: [], executor: [], everything: [], plain: [] };
  for (let pair = 0; pair < pairs; pair += 1) {
    setting.progress(`open-stream, ${own} at ${rate}/s: pair ${pair + 1} of ${pairs}`);
    const order: Kind[] = pair % 2 === 0 ? [own, other] : [other, own];
    for (const kind of order) runs[kind].push(await run(setting, kind, rate));
  }
  const truth = median([...runs[own], ...runs[other]].map(({ truthMs }) => truthMs));
  const off = (kind: Kind) => median(runs[kind].map(({ errorMs }) => Math.abs(errorMs)));
  const signed = (kind: Kind) => median(runs[kind].map(({ errorMs }) => errorMs)).toFixed(2);
  return {
    what: `P95 at ${rate}/s against the server's own, ${what}, median of ${pairs} runs`,
    bar: `within ${NEAR_MS} ms or ${NEAR_SHARE * 100} %, no worse than ${than}`,
    figure: `${signed(own)} ms (${other} ${signed(other)} ms; truth ${truth.toFixed(1)} ms)`,
    met: off(own) <= Math.max(NEAR_MS, NEAR_SHARE * truth) && off(own) <= off(other) + NOISE_MS,
  };
}

async function run({ k6, bundles, url, seconds }: Setting, kind: Kind, rate: number): Promise<Run> {
  const { p95Ms } = await sendStream(k6, bundles[kind], { kind, url, rate, seconds: seconds(5) });
  const truth = (await (await fetch(`${url}/truth`)).json()) as { p95Ms: number };
  return { errorMs: p95Ms - truth.p95Ms, truthMs: truth.p95Ms };
}
