// Answers other than 200, and the checks of untrusted input that end in them.
import { oneLine } from '../errors.ts';

/** An answer other than 200: its status and its one line. */
export class Refusal extends Error {
  readonly status: number;
  /** Value of Retry-After, seconds. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** An untrusted value as an object; throws a Refusal with 400. */
export function fields(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, `${name}: must be a JSON object`);
  return { ...value };
}

/** Turns the Error of a parser into a 400. */
export function checked<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refusal(400, oneLine(error));
  }
}
