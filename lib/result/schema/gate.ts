import * as v from 'valibot';
import { AGGREGATES, OPERATORS } from '../../gates/gates.ts';
import { about } from './fields.ts';

export const gate = v.object({
  name: v.string(),
  kind: v.picklist(['limit', 'floor']),
  metric: about("k6's metric with its tags", v.string()),
  threshold: about("k6's threshold expression", v.string()),
  aggregate: about(
    "k6's name of what is judged of the metric",
    v.optional(v.nullable(v.picklist(AGGREGATES)), null),
  ),
  operator: v.optional(v.nullable(v.picklist(OPERATORS)), null),
  limit: v.number(),
  observed: about('null where no sample was seen', v.nullable(v.number())),
  unit: v.picklist([
    'ms',
    'share',
    'requests',
    'verdicts',
    'entries a minute',
    'MB a minute',
    'errors',
    'entries',
    'looks',
    'MB',
    'blocks',
  ]),
  status: v.picklist(['passed', 'failed', 'too few samples', 'not gated']),
});
