/** The demo: the suite against the reference target, from nothing to a report. */
import { relative } from 'node:path';
import { textFileOf } from '../../lib/result/result-file.ts';
import { provideK6 } from '../k6/provide.ts';
import { writeReports } from '../report/report.ts';
import { runScenario, type ScenarioRun } from '../scenario/run.ts';
import { demoSteps, type DemoStep } from './steps.ts';
import { withTarget, type TargetAddress } from './target.ts';
import { untouched } from './untouched.ts';
import { say } from '../say.ts';

/**
 * Starts the target, runs the steps until one fails, and says what came out and where it is.
 * @returns the exit code of the step that failed, 0 where none did
 */
export async function runDemo(steps: readonly DemoStep[] = demoSteps): Promise<number> {
  await provideK6();
  const start = performance.now();
  say('Starting the reference target: backend, sinks and PostgreSQL on free ports …');
  const { code, lines } = await withTarget((target) => runSteps(target, steps));
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  say('', ...lines, `The target is stopped. All of it took ${seconds} s. Exit code ${code}.`);
  return code;
}

async function runSteps(
  target: TargetAddress,
  steps: readonly DemoStep[],
): Promise<{ code: number; lines: string[] }> {
  say(`The target answers at ${target.baseUrl}.`);
  const lines: string[] = [];
  let code = 0;
  let last: string | null = null;
  for (const { scenario, title, variables } of steps) {
    say(`\n── ${scenario}: ${title}\n`);
    const run = await runScenario(
      scenario,
      { ...variables, TEST_ENV: 'local', BASE_URL: target.baseUrl, AUTH_TOKEN: target.token },
      untouched,
    );
    lines.push(lineOf(scenario, run));
    if (run.found.ok && run.found.path !== null) last = run.found.path;
    code = run.code;
    if (code !== 0) break;
  }
  // Of the last result: the overhead, or the step that failed.
  if (last !== null) lines.push(...(await writeReports([last], {}, undefined)));
  return { code, lines };
}

/** `heavy  passed: every gate holds; reports/heavy-local-….txt`. */
function lineOf(scenario: string, { code, found }: ScenarioRun): string {
  if (!found.ok) return `${scenario}  no result (exit code ${code})`;
  const { status, reason } = found.result.outcome;
  const line = `${scenario}  ${status}: ${reason}`;
  if (found.path === null) return line;
  return `${line}; report: ${relative(process.cwd(), textFileOf(found.path))}, and .json beside it`;
}
