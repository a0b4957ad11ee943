/**
 * Switching by a command: k6 cannot run one, so it asks the command line that has started it, over a loopback address and
 * with a secret of this one run.
 */
import type { Json, Milliseconds } from '../../thresholds/types.ts';
import type { Env } from '../config/variables.ts';
import type { Send } from './send.ts';
import { describeAnswer, TargetProblem } from './target-problem.ts';

/** The variables by which the command line tells its k6 where it listens: internal, never set by hand. */
export const COMMANDS_ADDRESS = 'COMMANDS_ADDRESS';
export const COMMANDS_SECRET = 'COMMANDS_SECRET';

/** What a command is to bring about: the settings of an arm, or which deployment has those of which arm. */
export type CommandRequest =
  | { readonly arm: string; readonly settings: Readonly<Record<string, boolean | number | string>> }
  | { readonly crossed: boolean };

/** What came of it: `null`, or one line. */
export interface CommandAnswer {
  readonly problem: string | null;
}

/** Runs a command to its end. @throws TargetProblem where it fails, or the target does not answer after it */
export type RunCommand = (request: CommandRequest) => Promise<void>;

/** Whether a command line listens. */
export function hasCommandLine(env: Env): boolean {
  return (env[COMMANDS_ADDRESS] ?? '') !== '' && (env[COMMANDS_SECRET] ?? '') !== '';
}

/** Has the command line run a command. @param timeoutMs for the command, and for the target to answer again */
export function askCommandLine(send: Send, env: Env, timeoutMs: Milliseconds): RunCommand {
  return async (request) => {
    const answer = await send({
      method: 'POST',
      url: env[COMMANDS_ADDRESS] ?? '',
      headers: { Authorization: `Bearer ${env[COMMANDS_SECRET] ?? ''}`, 'Content-Type': 'application/json' },
      body: JSON.stringify(request),
      timeoutMs,
      tags: { kind: 'control' },
      keepBody: true,
    });
    if (answer.status !== 200)
      throw new TargetProblem(`the command line that runs switching.run ${describeAnswer(answer)}`, {
        isFinal: true,
      });
    const problem = problemIn(answer.body);
    if (problem !== null) throw new TargetProblem(problem, { isFinal: true });
  };
}

function problemIn(body: string): string | null {
  const { problem } = JSON.parse(body) as Partial<Record<keyof CommandAnswer, Json>>;
  return typeof problem === 'string' ? problem : null;
}
