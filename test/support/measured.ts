/**
 * Tests of what is measured. A busy machine holds up load generator and target alike, and a test that fails on one shows
 * nothing: it is not judged, rather than failed or run until it passes. The runner counts what was not judged.
 */
import { test, type TestContext } from 'node:test';
import { watchMachine } from './machine.ts';
import type { Ended, K6Run } from './project.ts';

class TooBusy extends Error {}
/** No machine is too busy for this: a wrong setting ends a run before it measures. */
class WrongSetting extends Error {}
const WRONG_SETTING = [104, 107];

/** As node's `test`; one that fails is skipped as not judged where the machine was too busy while it ran. */
export function measured(name: string, body: (t: TestContext) => Promise<void> | void): void {
  void test(name, async (t) => {
    const watch = watchMachine();
    try {
      await body(t);
    } catch (error) {
      if (error instanceof WrongSetting) throw error;
      const busy = error instanceof TooBusy ? error.message : watch.end();
      if (busy === null) throw error;
      t.diagnostic(error instanceof Error ? error.message : String(error));
      t.skip(`not judged: ${busy}`);
    } finally {
      watch.end();
    }
  });
}

/**
 * Runs an experiment that can be judged: its own guard says whether the load generator was held up. One that was
 * interrupted (105) was late before the verdict that would say so.
 * @param isDisturbed other ends that show the same
 */
export async function undisturbed<R extends Ended>(
  run: () => Promise<R>,
  isDisturbed: (ended: R) => boolean = () => false,
): Promise<R> {
  const ended = await run();
  if (WRONG_SETTING.includes(ended.code)) throw new WrongSetting(ended.stderr);
  const late = [105, 108].includes(ended.code) && ended.stderr.includes('the load generator is saturated');
  if (late || isDisturbed(ended)) throw new TooBusy('the machine was too busy for the load generator');
  return ended;
}

/** Whether one block of an inconclusive experiment differs by more than its target can: the machine has added that. */
export function heldUp(mostMs: number) {
  return ({ code, result }: Pick<K6Run, 'code' | 'result'>): boolean =>
    code === 110 && (result?.overhead?.differencesMs ?? []).some((ms) => Math.abs(ms ?? 0) > mostMs);
}
