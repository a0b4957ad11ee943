/** The answers of all endpoints at one moment, and what is wrong with those that say nothing. */
import type { MonitorProfile } from '../../thresholds/types.ts';
import { readNumbers } from './answer.ts';
import { ERRORS_TOTAL } from './plan.ts';
import { readErrors, type ErrorCount } from './target-errors.ts';

/** What an endpoint answered: its text, or the status or reason why there is none. */
export interface Answer {
  /** 0: none came in time. */
  status: number;
  body: string;
}

/** Why an endpoint says nothing, as a number, which is all that a k6 metric can carry; a status stands for itself. */
export const PROBLEM = { none: 0, noAnswer: 1, unreadable: 2 } as const;

/** JSON where there is a choice: it names more than Prometheus text does. */
export const ACCEPT = 'application/json, text/plain;q=0.5';

export interface Looked {
  numbers: Map<string, number>;
  /** Of the list of errors only. */
  errors: ErrorCount[];
  problem: number;
}

/** What an endpoint's answer says. */
export function look(profile: MonitorProfile, path: string, { status, body }: Answer): Looked {
  const nothing = (problem: number): Looked => ({ numbers: new Map(), errors: [], problem });
  if (status === 0) return nothing(PROBLEM.noAnswer);
  if (status < 200 || status > 299) return nothing(status);
  if (path === profile.errorsPath) {
    const read = readErrors(body);
    if (read === null) return nothing(PROBLEM.unreadable);
    return { numbers: new Map([[ERRORS_TOTAL, read.total]]), errors: read.errors, problem: PROBLEM.none };
  }
  const numbers = readNumbers(body);
  return numbers === null ? nothing(PROBLEM.unreadable) : { numbers, errors: [], problem: PROBLEM.none };
}

/** A problem for people; `null` where there is none. */
export function describeProblem(problem: number, timeoutMs: number): string | null {
  switch (problem) {
    case PROBLEM.none:
      return null;
    case PROBLEM.noAnswer:
      return `no answer within ${timeoutMs} ms`;
    case PROBLEM.unreadable:
      return 'the answer is neither JSON nor Prometheus text with a number in it';
    default:
      return `answered ${problem}`;
  }
}
