/**
 * Tests of what is measured. A busy machine holds up the load generator, and a run says so itself by the guard on start
 * lateness: such a test is not judged, rather than failed or run until it passes. The runner counts what was not judged.
 */
import assert from 'node:assert/strict';
import { availableParallelism, loadavg } from 'node:os';
import { test, type TestContext } from 'node:test';
import type { Ended } from './project.ts';

class TooBusy extends Error {}

/** As node's `test`; a test is skipped as not judged where `judged` finds that the machine was too busy for it. */
export function measured(name: string, body: (t: TestContext) => Promise<void> | void): void {
  void test(name, async (t) => {
    try {
      await body(t);
    } catch (error) {
      if (!(error instanceof TooBusy)) throw error;
      t.skip(`not judged: ${error.message}`);
    }
  });
}

/**
 * Runs an experiment that can be judged. One that was interrupted (105) was late before the verdict that would say so.
 * @param isDisturbed other ends that show the same
 */
export async function undisturbed<R extends Ended>(
  run: () => Promise<R>,
  isDisturbed: (ended: R) => boolean = () => false,
): Promise<R> {
  const ended = await run();
  const late = [105, 108].includes(ended.code) && ended.stderr.includes('the load generator is saturated');
  if (late || isDisturbed(ended)) throw new TooBusy('the machine was too busy for the load generator');
  return ended;
}

/** Asserts of a run that has no such guard: not judged where the machine has twice as much to do as it can. */
export function assertUnlessBusy(holds: boolean, message: string): void {
  if (holds) return;
  const [load = 0] = loadavg();
  const processors = availableParallelism();
  if (load < 2 * processors) assert.fail(message);
  throw new TooBusy(`the machine was too busy: load average ${load.toFixed(1)} on ${processors} processors`);
}
