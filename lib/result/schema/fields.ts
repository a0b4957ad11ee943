/** Fields that several parts of a result have. */
import * as v from 'valibot';

/** A field with what it means, which docs/run-result.schema.json says. */
export function about<T extends v.GenericSchema>(words: string, field: T) {
  return v.pipe(field, v.description(words));
}

export const ms = about('milliseconds', v.number());
export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
export const share = about('a share from 0 to 1', v.pipe(v.number(), v.minValue(0), v.maxValue(1)));
const settingValue = v.union([v.boolean(), v.number(), v.string()]);
/** Values of settings by their names, as files hold them. */
export const flags = v.record(v.string(), settingValue);
export const settings = v.object({
  values: v.record(v.string(), v.object({ off: settingValue, on: settingValue })),
  main: about('the setting without which the others do nothing', v.nullable(v.string())),
  arms: about('the arms that have names of their own', v.record(v.string(), flags)),
});

/**
 * Latency of some requests: k6's `http_req_duration`, which is sending + waiting + receiving without connecting, unless
 * `configuration.latency` says that another time decides.
 */
export const latency = v.object({
  count,
  minMs: ms,
  meanMs: ms,
  maxMs: ms,
  p50Ms: ms,
  p95Ms: ms,
  p99Ms: ms,
  quantilesMs: about('the quantile function at `latency.levels`, in milliseconds', v.array(v.number())),
});

export const bounds = v.object({ lowerMs: ms, upperMs: ms });
export const interval = about('95 % interval', v.nullable(bounds));
export const ends = v.nullable(v.object({ lower: v.number(), upper: v.number() }));
