/** The demo, as a newcomer starts it, with what a test needs to know of its target. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { provideK6 } from '../../cli/k6/provide.ts';
import { type Ended, type RunOptions, start } from './project.ts';

const root = join(import.meta.dirname, '../..');
const { path: k6 } = await provideK6();

/** `npm run demo`, without npm; with variables in the shell that must not change it. */
export function demo(reports: string, options: Pick<RunOptions, 'onStart'> = {}): Promise<Ended> {
  return start(process.execPath, ['--import', 'tsx', 'cli/main.ts', 'demo'], {
    cwd: root,
    env: {
      K6_BIN: k6,
      REPORT_DIR: reports,
      BASE_URL: 'http://127.0.0.1:1',
      P95: '0.001',
      AUTH_TOKEN: 'other',
    },
    ...options,
  });
}

/** Whether the target that the demo has named answers, whatever it says. */
export async function answers(stdout: string): Promise<boolean> {
  const url = /^The target answers at (\S+)\.$/m.exec(stdout)?.[1];
  assert.ok(url, stdout);
  return fetch(url).then(
    () => true,
    () => false,
  );
}
