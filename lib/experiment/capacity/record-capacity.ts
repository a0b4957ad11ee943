/** What a capacity run tells the world while it climbs, as samples of its metrics. */
import * as names from '../../metrics/capacity-metrics.ts';
import type { Port } from '../port.ts';
import type { RateTrial } from './rate-trial.ts';
import type { CapacityVerdict } from './verdict.ts';

type Record = Port['record'];

export function recordTry(record: Record, arm: string, block: number, index: number, trial: RateTrial): void {
  const tags = names.tryTags(arm, block, index);
  for (const value of Object.keys(names.TRY) as (keyof typeof names.TRY)[])
    record(names.TRY[value], trial[value], tags);
}

/** The most that an arm has finished in a second in a block so far. */
export function recordFinished(record: Record, arm: string, block: number, perSecond: number): void {
  record(names.FINISHED, perSecond, { arm, block: String(block + 1) });
}

/** The capacities so far, where there are numbers. */
export function recordCapacities(record: Record, { baseline, treatment, loss }: CapacityVerdict): void {
  for (const [arm, capacity] of Object.entries({ baseline, treatment })) {
    if (capacity.kind !== 'not known') record(names.PER_SECOND, capacity.value, { arm });
  }
  if (loss.kind !== 'not known') record(names.LOSS, loss.value);
}

export function recordVerdict(record: Record, { kind }: CapacityVerdict): void {
  record(names.VERDICTS, 1, { verdict: kind });
  record(names.FAILED, kind === 'FAIL' ? 1 : 0);
}
