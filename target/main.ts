// `npm run target`: backend, sinks and PostgreSQL in one command.
//
//   tsx target/main.ts [--port N] [--sinks-port N] [--db-port N] [--host ADDRESS] [--json]
//
// 0 picks a free port. --json prints one line for programs, and ends the target when standard input is closed.
import { fstatSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { oneLine } from './errors.ts';
import { formatFlags } from './flags.ts';
import { startProcesses, type RunningTarget } from './process/supervisor.ts';
import { readSettings, type Settings } from './settings.ts';

const usage = 'usage: target [--port N] [--sinks-port N] [--db-port N] [--host ADDRESS] [--json]';

/** How often a parent that is gone is noticed, milliseconds. */
const parentCheckMs = 500;

await main();

async function main(): Promise<void> {
  let running: RunningTarget | undefined;
  try {
    const { env, json } = readOptions();
    const settings = readSettings(env);
    const start = performance.now();
    const ended = untilEnd(json);
    running = await startProcesses(env, ended);
    process.stdout.write(
      json ? jsonLine(running, settings) : banner(running, settings, performance.now() - start),
    );
    await Promise.race([ended, running.broken.then((line) => Promise.reject(new Error(line)))]);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`target: ${oneLine(error)}\n`);
  }
  await running?.stop();
  process.exit();
}

/** Options win over environment variables. */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string' },
        'sinks-port': { type: 'string' },
        'db-port': { type: 'string' },
        host: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    });
    const given = {
      TARGET_PORT: values.port,
      SINKS_PORT: values['sinks-port'],
      DB_PORT: values['db-port'],
      TARGET_HOST: values.host,
    };
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    return { env: { ...process.env, ...set }, json: values.json };
  } catch (error) {
    throw new Error(`${oneLine(error)}; ${usage}`, { cause: error });
  }
}

/** Resolves at Ctrl+C, SIGTERM or SIGHUP, or when the program that started this one is gone. */
function untilEnd(json: boolean): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.on(signal, () => {
        resolve();
      });
    const parent = process.ppid;
    setInterval(() => {
      if (process.ppid !== parent) resolve();
    }, parentCheckMs).unref();
    if (json && isPipe(0))
      process.stdin
        .resume()
        .once('end', resolve)
        .once('error', () => {
          resolve();
        });
  });
}

/** A file or a terminal says nothing about who started this program. */
function isPipe(descriptor: number): boolean {
  const stat = fstatSync(descriptor);
  return stat.isFIFO() || stat.isSocket();
}

function jsonLine(running: RunningTarget, settings: Settings): string {
  const { baseUrl, sinksUrl, databaseUrl, cache, inspector, pids } = running;
  return `${JSON.stringify({ baseUrl, sinksUrl, databaseUrl, cache, inspector, token: settings.tokens[0], pids: { main: process.pid, ...pids } })}\n`;
}

function banner(running: RunningTarget, settings: Settings, ms: number): string {
  const { baseUrl, sinksUrl } = running;
  const database = settings.databaseUrl === undefined ? `embedded, ${running.databaseUrl}` : 'DATABASE_URL';
  const cache =
    running.cache === 'redis' ? 'Redis' : 'in process (no REDIS_URL, and no redis-server on PATH)';
  const body = '{"workflowId":"test-workflow","input":{"message":"Test"}}';
  return [
    `Reference target, ready in ${(ms / 1_000).toFixed(1)} s`,
    `  API         ${baseUrl}`,
    `  sinks       ${sinksUrl}/stats`,
    `  PostgreSQL  ${database}`,
    `  cache       ${cache}`,
    ...(running.inspector === undefined ? [] : [`  inspector   ${running.inspector}`]),
    `  flags       ${formatFlags(settings.flags)}`,
    'Try:',
    `  curl -si ${baseUrl}/api/v1/workflows/execute -H 'Authorization: Bearer ${settings.tokens[0] ?? ''}' -H 'Content-Type: application/json' -d '${body}'`,
    'Ctrl+C stops everything.',
    '',
  ].join('\n');
}
