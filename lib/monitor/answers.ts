/** The answers of all endpoints at one moment, and what is wrong with those that say nothing. */
import type { MonitorProfile } from '../../thresholds/types.ts';
import { MOST_CHARACTERS, MOST_NAMES, readNumbers } from './answer.ts';
import { ERRORS_TOTAL } from './plan.ts';
import { readErrors, type ErrorCount } from './target-errors.ts';

/** What an endpoint answered: its text, or the status or reason why there is none. */
export interface Answer {
  /** 0: none came in time. */
  status: number;
  body: string;
}

/** What is wrong with an endpoint, as a number, which is all that a k6 metric can carry; a status stands for itself. */
export const PROBLEM = {
  none: 0,
  noAnswer: 1,
  unreadable: 2,
  tooLarge: 3,
  compressed: 4,
  tooManyNames: 5,
  unknown: 6,
} as const;

/** JSON where there is a choice: it names more than Prometheus text does. */
export const ACCEPT = 'application/json, text/plain;q=0.5';

/** How the monitor asks. Compressed, a short answer may become one that no memory holds. */
export const MONITOR_HEADERS = { Accept: ACCEPT, 'Accept-Encoding': 'identity' };

export interface Looked {
  numbers: Map<string, number>;
  /** Of the list of errors only. */
  errors: ErrorCount[];
  problem: number;
}

/**
 * What an endpoint's answer says.
 * @param wanted the paths that are watched; all where it is left out
 */
export function look(
  profile: MonitorProfile,
  path: string,
  { status, body }: Answer,
  wanted?: readonly string[],
): Looked {
  if (status === 0) return nothing(PROBLEM.noAnswer);
  if (status < 200 || status > 299) return nothing(status);
  if (body.length > MOST_CHARACTERS) return nothing(PROBLEM.tooLarge);
  if (path === profile.errorsPath) {
    const read = readErrors(body);
    if (read === null) return nothing(PROBLEM.unreadable);
    return { numbers: new Map([[ERRORS_TOTAL, read.total]]), errors: read.errors, problem: PROBLEM.none };
  }
  const numbers = readNumbers(body, wanted);
  if (numbers === null) return nothing(PROBLEM.unreadable);
  if (wanted?.length === 0) return nothing(PROBLEM.unknown);
  const problem = numbers.cut ? PROBLEM.tooManyNames : PROBLEM.none;
  return { numbers: numbers.values, errors: [], problem };
}

/** An endpoint that says nothing, and why. */
export function nothing(problem: number): Looked {
  return { numbers: new Map(), errors: [], problem };
}

/** What an answer's headers say against reading its body; `PROBLEM.none` where they say nothing. */
export function problemOfHeaders(headerOf: (name: string) => string | undefined): number {
  const encoding = headerOf('Content-Encoding')?.toLowerCase() ?? 'identity';
  if (encoding !== 'identity') return PROBLEM.compressed;
  return Number(headerOf('Content-Length') ?? 0) > MOST_CHARACTERS ? PROBLEM.tooLarge : PROBLEM.none;
}

/** Whether an endpoint is not asked again: one more such answer would cost as much. */
export function isTooMuch(problem: number): boolean {
  return problem === PROBLEM.tooLarge || problem === PROBLEM.compressed;
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
    case PROBLEM.tooLarge:
      return `the answer is larger than ${MOST_CHARACTERS / 1e6} MB and is not read`;
    case PROBLEM.compressed:
      return 'the answer is compressed, which was not asked for, and is not read';
    case PROBLEM.tooManyNames:
      return `the answer has more than ${MOST_NAMES} numbers, of which the first ${MOST_NAMES} are read`;
    case PROBLEM.unknown:
      return 'none of its numbers has a name that a pattern in thresholds/monitor.ts looks for';
    default:
      return `answered ${problem}`;
  }
}
