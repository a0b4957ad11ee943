/** What only switching the whole system shows: the overhead beyond the direct shares. */
import type { AttributionConfig } from '../config/attribution-config.ts';
import { isEverythingOff } from '../config/settings.ts';
import type { SettingValue } from '../../thresholds/types.ts';
import { difference, type Measured } from '../statistics/difference.ts';
import { inMs } from '../result/overhead-verdict.ts';
import type { AttributionResult, RunResult, Share } from '../result/run-result.ts';

type CapacityShare = AttributionResult['capacity'] & object;

/**
 * Why a whole-system run cannot lie beside an attribution by request header; `null` where it can. Waiting depends on
 * the rate: both need the same.
 */
export function besideProblem(
  { overhead, configuration: { baseUrl, endpoint, load } }: RunResult,
  config: Pick<AttributionConfig, 'baseUrl' | 'api' | 'plan' | 'settings'>,
): string | null {
  if (overhead === null) return 'it holds no overhead';
  if (overhead.mode !== 'toggle') return `it is of mode ${overhead.mode}; a run of mode toggle is needed`;
  if (overhead.estimateMs === null || overhead.interval === null) return 'it came to no number';
  const flagsOf = (name: string) => overhead.arms.find((arm) => arm.name === name)?.flags ?? {};
  const isOn = ([name, value]: [string, SettingValue]) => value === config.settings.values[name]?.on;
  const { baseline, treatment } = overhead;
  if (!isEverythingOff(config.settings, flagsOf(baseline)) || !Object.entries(flagsOf(treatment)).every(isOn))
    return 'its arms are not everything off and everything on';
  if (baseUrl !== config.baseUrl || endpoint !== config.api.endpoint)
    return `it is of ${baseUrl}${endpoint}, and this run of ${config.baseUrl}${config.api.endpoint}`;
  if (load.perSecond !== config.plan.rate)
    return `it ran at ${String(load.perSecond)}/s, and this run at ${config.plan.rate}/s`;
  return null;
}

/** The capacity share of a run by request header beside one of the whole system; `null` where either has no number. */
export function capacityShareOf(whole: RunResult, direct: RunResult): CapacityShare | null {
  const [ofWhole, ofDirect] = [measuredOverhead(whole), measuredOverhead(direct)];
  if (ofWhole === null || ofDirect === null) return null;
  const { value, interval } = difference(ofWhole, ofDirect);
  return {
    beside: whole.run.startedAt,
    wholeMs: ofWhole.value,
    directMs: ofDirect.value,
    shareMs: value,
    interval: inMs(interval),
    shares: sharesOf(whole, direct),
  };
}

/** By flag, largest first, where the whole-system run was an attribution as well. */
function sharesOf(whole: RunResult, direct: RunResult): CapacityShare['shares'] {
  return (whole.attribution?.shares ?? [])
    .flatMap((share) => {
      const other = direct.attribution?.shares.find(({ flag }) => flag === share.flag);
      const [ofWhole, ofDirect] = [measuredShare(share), other === undefined ? null : measuredShare(other)];
      if (ofWhole === null || ofDirect === null) return [];
      const { value, interval } = difference(ofWhole, ofDirect);
      return [{ flag: share.flag, shareMs: value, interval: inMs(interval) }];
    })
    .sort((a, b) => b.shareMs - a.shareMs);
}

function measuredOverhead({ overhead }: RunResult): Measured | null {
  if (overhead?.estimateMs == null) return null;
  return measuredShare({ shareMs: overhead.estimateMs, interval: overhead.interval });
}

function measuredShare({ shareMs, interval }: Pick<Share, 'shareMs' | 'interval'>): Measured | null {
  return interval === null
    ? null
    : { value: shareMs, interval: { lower: interval.lowerMs, upper: interval.upperMs } };
}
