/** The k6 metrics of a capacity run, made at init. */
import { Counter, Gauge } from 'k6/metrics';
import type { Try } from '../experiment/capacity/rate-trial.ts';
import type { CapacityVerdict } from '../experiment/capacity/verdict.ts';
import * as names from '../metrics/capacity-metrics.ts';
import { INVALID } from '../metrics/overhead-metrics.ts';
import type { InvalidExperiment } from './invalid-experiment.ts';

export class ClimbMetrics {
  readonly #perSecond = new Gauge(names.TRY.perSecond);
  readonly #p95 = new Gauge(names.TRY.p95Ms, true);
  readonly #errorRate = new Gauge(names.TRY.errorRate);
  readonly #lateness = new Gauge(names.TRY.latenessMs, true);
  readonly #requests = new Gauge(names.TRY.requests);
  readonly #capacity = new Gauge(names.PER_SECOND);
  readonly #loss = new Gauge(names.LOSS);
  readonly #verdicts = new Counter(names.VERDICTS);
  readonly #failed = new Gauge(names.FAILED);
  readonly #invalid = new Counter(INVALID);

  addTry(arm: string, block: number, index: number, made: Try): void {
    const tags = names.tryTags(arm, block, index);
    this.#perSecond.add(made.perSecond, tags);
    this.#p95.add(made.p95Ms, tags);
    this.#errorRate.add(made.errorRate, tags);
    this.#lateness.add(made.latenessMs, tags);
    this.#requests.add(made.requests, tags);
  }

  /** The capacities so far, where there are numbers. */
  setCapacities({ baseline, treatment, loss }: CapacityVerdict): void {
    for (const [arm, capacity] of Object.entries({ baseline, treatment })) {
      if (capacity.kind !== 'not known') this.#capacity.add(capacity.value, { arm });
    }
    if (loss.kind !== 'not known') this.#loss.add(loss.value);
  }

  setVerdict({ kind }: CapacityVerdict): void {
    this.#verdicts.add(1, { verdict: kind });
    this.#failed.add(kind === 'FAIL' ? 1 : 0);
  }

  setInvalid(invalid: InvalidExperiment | null): void {
    const flag = invalid?.flag ?? null;
    this.#invalid.add(1, { reason: invalid?.reason ?? 'exception', ...(flag === null ? {} : { flag }) });
  }
}
