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
