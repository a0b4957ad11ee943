import * as v from 'valibot';
import { COST_NAMES } from '../../metrics/overhead-metrics.ts';
import { about, count, ends } from './fields.ts';

/** What an arm costs besides latency: means over blocks. */
export const cost = v.object({
  cost: v.picklist(COST_NAMES),
  unit: v.string(),
  baseline: v.number(),
  treatment: v.number(),
  value: about('treatment - baseline', v.number()),
  interval: about("95 % interval, by Student's t over the blocks' differences", ends),
  blocks: about('in which it is known of both arms', count),
  limit: about('of treatment - baseline; null: not gated', v.nullable(v.number())),
});
