/** A delay that the reference target injects and logs: the truth that a measurement can be held against. */
import { mean } from 'simple-statistics';
import { knownDelay } from '../../thresholds/settings.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError } from '../errors.ts';
import type { TargetAddress } from '../demo/target.ts';

const INJECTION = '/api/v1/observability/injection';

const { setting: FLAG, beside } = knownDelay;

/** Arms that differ by that setting alone. */
export const DELAY_ARMS = { BASELINE: beside, TREATMENT: `${beside}+${FLAG}` };

/** A constant wait moves P95 by itself. */
const DELAY_MS: Milliseconds = 40;

/** What the target says that it has injected. */
export interface Injected {
  /** Mean of the waits as they really were: timers are a little late. */
  meanMs: Milliseconds;
  requests: number;
}

/** Switches the delay on, and gives a function that reads how long it really was. */
export async function injectDelay(target: TargetAddress): Promise<() => Promise<Injected>> {
  await inject(target, { [FLAG]: { waitMs: DELAY_MS } });
  return async () => readLog(await (await ask(target, `${INJECTION}/log?since=0`)).text());
}

/** Lets every request wait, whatever its flags. */
export async function injectAlways(target: TargetAddress, waitMs: Milliseconds): Promise<void> {
  await inject(target, { base: { waitMs } });
}

async function inject(target: TargetAddress, what: object): Promise<void> {
  const headers = { 'Content-Type': 'application/json' };
  await ask(target, INJECTION, { method: 'PUT', body: JSON.stringify(what), headers });
}

/** The log: a line of column names, then an array for each request. */
function readLog(text: string): Injected {
  const [header = '[]', ...lines] = text.trimEnd().split('\n');
  const column = (JSON.parse(header) as string[]).indexOf(`injected.${FLAG}`);
  const waits = lines
    .map((line) => Number((JSON.parse(line) as unknown[])[column]))
    .filter((wait) => wait > 0);
  if (waits.length === 0) throw new CliError('the reference target has injected no delay');
  return { meanMs: mean(waits), requests: waits.length };
}

async function ask(
  { baseUrl, token }: TargetAddress,
  path: string,
  init: RequestInit = {},
): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('Authorization', `Bearer ${token}`);
  const answer = await fetch(baseUrl + path, { ...init, headers });
  if (answer.ok) return answer;
  throw new CliError(`the reference target answered ${answer.status} to ${init.method ?? 'GET'} ${path}`);
}
