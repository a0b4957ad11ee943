/** The target's process, seen from inside by its inspector. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { parseCpuProfile, type CpuProfile } from '../../lib/profile/cpu-profile.ts';
import type { Milliseconds, ProfileSettings } from '../../thresholds/types.ts';
import { Inspector, InspectorError } from './inspector.ts';
import type { ProfileOrder } from './taken-profile.ts';

/** A request that carries it is known again inside of the process. */
const MARK_HEADER = 'x-k6-overhead-profile';
/** Behind a balancer the one process may be asked a few times later. */
const MARKS = 10;
/** What runs in the process ends by itself after this much more than it should need. */
const LIFE_RESERVE_MS: Milliseconds = 180_000;
/** V8 writes the profile of minutes in one go, and nothing else happens in the process meanwhile. */
const STOP_TIMEOUT_MS: Milliseconds = 60_000;
const POLL_MS: Milliseconds = 100;

const milliseconds = v.pipe(v.number(), v.minValue(0));
const readingSchema = v.object({
  seconds: v.pipe(v.number(), v.gtValue(0)),
  requests: v.pipe(v.number(), v.integer(), v.minValue(0)),
  eventLoopDelay: v.object({
    meanMs: milliseconds,
    p50Ms: milliseconds,
    p99Ms: milliseconds,
    maxMs: milliseconds,
  }),
  collections: v.object({
    count: v.pipe(v.number(), v.integer()),
    totalMs: milliseconds,
    longestMs: milliseconds,
  }),
});
const stoppedSchema = v.object({ profile: v.unknown() });
const introduction = v.union([
  v.object({ problem: v.string() }),
  v.object({ pid: v.number(), version: v.string() }),
]);

/** What the process was like while it was profiled. */
type Reading = v.InferOutput<typeof readingSchema>;

export class TargetProcess {
  readonly nodeVersion: string;
  readonly #inspector: Inspector;
  readonly #settings: ProfileSettings;

  private constructor(inspector: Inspector, settings: ProfileSettings, nodeVersion: string) {
    this.#inspector = inspector;
    this.#settings = settings;
    this.nodeVersion = nodeVersion;
  }

  /**
   * Attaches to the process, and proves that it is the one which answers the requests.
   * @throws InspectorError one line: why no profile can be taken there
   */
  static async attach({ settings, send }: Pick<ProfileOrder, 'settings' | 'send'>): Promise<TargetProcess> {
    const { inspector: address, timeoutMs, seconds } = settings;
    const inspector = await Inspector.connect(address, timeoutMs);
    try {
      const code = await readFile(join(import.meta.dirname, 'in-target.js'), 'utf8');
      const lifeMs = 2 * seconds * 1_000 + LIFE_RESERVE_MS;
      const found = v.parse(introduction, await inspector.evaluate(callOf(code, lifeMs)));
      if ('problem' in found) throw new InspectorError(`${address}: ${found.problem}`);
      const process = new TargetProcess(inspector, settings, found.version);
      if (await process.#sees(send)) return process;
      await process.release();
      throw new InspectorError(
        `${address}: the process there (${found.pid}) is not the target: ` +
          `it saw none of ${MARKS} requests; give the inspector of the process that answers them`,
      );
    } catch (error) {
      inspector.close();
      if (error instanceof v.ValiError) throw new InspectorError(`${address}: no JavaScript of Node.js`);
      throw error;
    }
  }

  async #sees(send: ProfileOrder['send']): Promise<boolean> {
    for (let i = 0; i < MARKS; i += 1) {
      const mark = randomUUID();
      await send({ [MARK_HEADER]: mark });
      if ((await this.#ask(`saw('${mark}')`)) === true) return true;
    }
    return false;
  }

  /** Waits until so many more requests have arrived; false where they do not within `timeoutMs` or until `ended`. */
  async waitForRequests(count: number, timeoutMs: Milliseconds, ended: () => boolean): Promise<boolean> {
    const before = Number(await this.#ask('requests()'));
    const giveUpAt = performance.now() + timeoutMs;
    while (Number(await this.#ask('requests()')) < before + count) {
      if (performance.now() > giveUpAt || ended()) return false;
      await wait(POLL_MS);
    }
    return true;
  }

  /** Profiles the process as long as the settings say. */
  async profile(): Promise<{ profile: CpuProfile; reading: Reading }> {
    const { intervalUs, seconds, timeoutMs } = this.#settings;
    await this.#inspector.call('Profiler.enable');
    await this.#inspector.call('Profiler.setSamplingInterval', { interval: intervalUs });
    // It first writes down all code that there is.
    await this.#inspector.call('Profiler.start', {}, STOP_TIMEOUT_MS);
    await this.#ask('begin()');
    await wait(seconds * 1_000);
    const reading = v.parse(readingSchema, await this.#ask('read()'));
    const stopTimeoutMs = Math.max(timeoutMs, STOP_TIMEOUT_MS);
    const stopped = await this.#inspector.call('Profiler.stop', {}, stopTimeoutMs);
    await this.#inspector.call('Profiler.disable');
    return { profile: parseCpuProfile(v.is(stoppedSchema, stopped) ? stopped.profile : undefined), reading };
  }

  /** Leaves the process as it was found. */
  async release(): Promise<void> {
    await this.#ask('stop()').catch(() => undefined);
    this.#inspector.close();
  }

  #ask(call: string): Promise<unknown> {
    return this.#inspector.evaluate(`globalThis[Symbol.for('k6-overhead.profile')].${call}`);
  }
}

/** The file is one function, written as a statement. */
function callOf(code: string, lifeMs: Milliseconds): string {
  return `(${code.trim().replace(/;$/, '')})(${lifeMs}, '${MARK_HEADER}')`;
}
