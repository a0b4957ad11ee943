/** The experiment's k6 metrics, made at init. */
import { Counter, Gauge, Trend } from 'k6/metrics';
import type { ArmMeasurement } from '../experiment/measurement.ts';
import type { ArmOfBlock } from '../experiment/session.ts';
import type { Verdict } from '../experiment/verdict.ts';
import * as names from '../metrics/overhead-metrics.ts';
import type { Flag } from '../../thresholds/types.ts';

export class ExperimentMetrics {
  readonly #latency = new Trend(names.LATENCY, true);
  readonly #blockP95 = new Gauge(names.BLOCK_P95, true);
  readonly #blockRequests = new Gauge(names.BLOCK_REQUESTS);
  readonly #blockStart = new Gauge(names.BLOCK_START);
  readonly #errors = new Counter(names.ERRORS);
  readonly #lateness = new Gauge(names.LATENESS, true);
  readonly #answers = new Counter(names.ANSWERS);
  readonly #mismatches = new Counter(names.ECHO_MISMATCHES);
  readonly #overhead = new Gauge(names.OVERHEAD, true);
  readonly #lower = new Gauge(names.OVERHEAD_LOWER, true);
  readonly #upper = new Gauge(names.OVERHEAD_UPPER, true);
  readonly #boundLower = new Gauge(names.BOUND_LOWER, true);
  readonly #boundUpper = new Gauge(names.BOUND_UPPER, true);
  readonly #verdicts = new Counter(names.VERDICTS);
  readonly #failed = new Gauge(names.FAILED);
  readonly #invalid = new Counter(names.INVALID);

  /** A block that is whole: a run that is interrupted within one reports none of it. */
  addBlock(index: number, measured: readonly ArmOfBlock[], arms: readonly ArmMeasurement[]): void {
    arms.forEach(({ name: arm, blocks }, i) => {
      const tags = { arm, block: String(index + 1) };
      const block = blocks[index];
      if (block === null || block === undefined) return;
      this.#blockP95.add(block.p95, tags);
      this.#blockRequests.add(block.requests, tags);
      const of = measured[i];
      if (of === undefined) return;
      this.#blockStart.add(of.startedAtMs, tags);
      for (const latencyMs of of.latencies) this.#latency.add(latencyMs, { arm });
      this.#errors.add(of.errors, { arm });
    });
  }

  /** A successful answer; `wrongFlag` is the first flag that it does not echo as asked for. */
  addAnswer(wrongFlag: Flag | null): void {
    this.#answers.add(1);
    if (wrongFlag !== null) this.#mismatches.add(1, { flag: wrongFlag });
  }

  /** The overhead so far. */
  setJudgement(latenessMs: number, verdict: Verdict): void {
    this.#lateness.add(latenessMs);
    if (verdict.kind === 'INVALID') return;
    const { value, interval } = verdict.estimate;
    this.#overhead.add(value);
    if (interval !== null) {
      this.#lower.add(interval.lower);
      this.#upper.add(interval.upper);
    }
    if (verdict.bounds !== null) {
      this.#boundLower.add(verdict.bounds.lower);
      this.#boundUpper.add(verdict.bounds.upper);
    }
  }

  setVerdict({ kind }: Verdict): void {
    this.#verdicts.add(1, { verdict: kind });
    this.#failed.add(kind === 'FAIL' ? 1 : 0);
  }

  /** `flag`: the one that the reason is about. */
  setInvalid(reason: names.InvalidReason, flag: Flag | null): void {
    this.#invalid.add(1, { reason, ...(flag === null ? {} : { flag }) });
  }
}
