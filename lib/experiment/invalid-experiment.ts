import { TargetProblem } from '../api/target-problem.ts';
import type { InvalidReason } from '../metrics/overhead-metrics.ts';

/** An experiment that cannot go on; its message is one line. */
export class InvalidExperiment extends Error {
  readonly reason: InvalidReason;
  /** The setting that it is about; `null` where it is about none. */
  readonly flag: string | null;

  constructor(reason: InvalidReason, message: string, flag: string | null = null) {
    super(message);
    this.reason = reason;
    this.flag = flag;
  }
}

/**
 * What the target is asked for.
 * @param message what to say of its problem
 * @throws InvalidExperiment where it has one
 */
export async function orInvalid<T>(
  asked: Promise<T>,
  reason: InvalidReason,
  message: (problem: string) => string,
): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TargetProblem)) throw error;
    throw new InvalidExperiment(reason, message(error.message), error.flag);
  }
}
