import type { InvalidReason } from '../metrics/overhead-metrics.ts';
import type { Flag } from '../../thresholds/types.ts';

/** An experiment that cannot go on; its message is one line. */
export class InvalidExperiment extends Error {
  readonly reason: InvalidReason;
  /** The flag that it is about; `null` where it is about none. */
  readonly flag: Flag | null;

  constructor(reason: InvalidReason, message: string, flag: Flag | null = null) {
    super(message);
    this.reason = reason;
    this.flag = flag;
  }
}
