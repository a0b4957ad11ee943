// `npm run bench`: what the suite costs, side by side with the guide's own script, as a Markdown table.
//
//   npm run bench -- [--pairs N] [--quick] [--only ROW …] [--write]
//
// --pairs N    pairs of runs in each row, instead of each row's own number
// --quick      3 pairs and a third of the time: to see that it works, not to judge
// --only ROW   only this row, by the name of its file in rows/; may be given several times
// --write      put the table into docs/bench.md
//
// Exits 0 whatever the figures are: a bench depends on its machine, and is no test.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { provideK6 } from '../../cli/k6/provide.ts';
import type { Bench, Line, Row } from './row.ts';
import { build } from './rows/build.ts';
import { latency } from './rows/latency.ts';
import { memory } from './rows/memory.ts';
import { openStream } from './rows/open-stream.ts';
import { saturation } from './rows/saturation.ts';

/** Every row of the table, in its order. */
const rows: readonly Row[] = [saturation, memory, latency, openStream, build];

const page = join(import.meta.dirname, '../../docs/bench.md');

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    write: { type: 'boolean', default: false },
  },
});
const chosen = rows.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const unknown = options.only.find((name) => !rows.some((row) => row.name === name));
const pairs = options.pairs === undefined ? undefined : Number(options.pairs);
if (unknown !== undefined) {
  refuse(`--only ${unknown}: no such row; allowed: ${rows.map(({ name }) => name).join(', ')}`);
} else if (pairs !== undefined && !(Number.isInteger(pairs) && pairs >= 2)) {
  refuse(`--pairs ${options.pairs ?? ''}: allowed: a whole number from 2`);
} else {
  await main();
}

function refuse(problem: string): void {
  console.error(`bench: ${problem}`);
  process.exitCode = 2;
}

async function main(): Promise<void> {
  const k6 = await provideK6();
  const server = await startServer();
  try {
    const bench: Bench = {
      k6: k6.path,
      baseUrl: server.baseUrl,
      pairs: (usual) => pairs ?? (options.quick ? 3 : usual),
      seconds: (usual) => (options.quick ? Math.ceil(usual / 3) : usual),
      progress: (text) => process.stderr.write(`${text}\n`),
    };
    const head = machine(k6.version);
    const lines: Line[] = [];
    for (const row of chosen) lines.push(...(await row.measure(bench)));
    const table = [`${head}\n`, ...markdown(lines)].join('\n');
    console.log(table);
    if (options.write) await writePage(table);
  } finally {
    await server.stop();
  }
}

async function startServer(): Promise<{ baseUrl: string; stop: () => Promise<void> }> {
  const args = ['--import', 'tsx', join(import.meta.dirname, 'server.ts')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [baseUrl] = (await once(createInterface(child.stdout), 'line')) as [string];
  return {
    baseUrl,
    stop: async () => {
      child.kill();
      await ended;
    },
  };
}

/** What figures depend on: they compare within one run on one machine only. */
function machine(k6: string): string {
  const processors = cpus();
  const model = processors[0]?.model ?? 'unknown processor';
  return (
    `${processors.length} × ${model}, ${process.platform} ${process.arch}, Node ${process.versions.node}, k6 ${k6}, ` +
    `load average before the bench ${(loadavg()[0] ?? 0).toFixed(1)}; ${new Date().toISOString().slice(0, 10)}; ` +
    `\`npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}\``
  );
}

function markdown(lines: readonly Line[]): string[] {
  const table = lines.map(({ what, bar, figure, met }) => [what, bar, figure, met ? 'met' : '**not met**']);
  const header = ['What', 'Bar', 'Figure', ''];
  return [header, header.map(() => '---'), ...table].map((cells) => `| ${cells.join(' | ')} |`);
}

/** Replaces what stands between the page's markers. */
async function writePage(table: string): Promise<void> {
  const [begin, end] = ['<!-- bench -->', '<!-- /bench -->'];
  const text = await readFile(page, 'utf8');
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before)
    throw new Error(`docs/bench.md: the markers ${begin} and ${end} are missing`);
  await writeFile(page, `${text.slice(0, before + begin.length)}\n\n${table}\n\n${text.slice(after)}`);
}
