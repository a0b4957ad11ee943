/** What a team may write in the files of thresholds/ that no run reads: alerts, trends, generators in Kubernetes. */
import { environments } from '../../thresholds/environments.ts';
import type {
  AlertProfile,
  EnvironmentName,
  K6OperatorProfile,
  TrendProfile,
} from '../../thresholds/types.ts';
import {
  anyText,
  count,
  duration,
  fromZero,
  list,
  number,
  object,
  oneOf,
  optional,
  share,
} from './fields.ts';
import { SCENARIOS } from './schema.ts';

const amounts = object<K6OperatorProfile['resources']['limits']>({
  cpu: optional(anyText),
  memory: optional(anyText),
});

export const toolProfiles = {
  alerts: object<AlertProfile>({
    evaluationInterval: duration,
    window: duration,
    for: duration,
    queueGrowthPerMinute: fromZero,
    nightly: list(
      'expected at least one run',
      object<AlertProfile['nightly'][number]>({
        environment: oneOf(...(Object.keys(environments) as EnvironmentName[])),
        test: oneOf(...SCENARIOS, 'overhead'),
      }),
    ),
    missingAfter: duration,
  }),
  trend: object<TrendProfile>({
    window: count,
    pValue: number('expected a probability above 0 and below 1', { above: 0, most: 1 - Number.EPSILON }),
    leastRuns: count,
    newRuns: count,
    acceptedRuns: count,
    least: object<TrendProfile['least']>({ p95Share: share, overheadMs: fromZero, errorRate: share }),
  }),
  k6Operator: object<K6OperatorProfile>({
    image: anyText,
    resources: object<K6OperatorProfile['resources']>({ requests: amounts, limits: amounts }),
    secret: anyText,
    results: object<K6OperatorProfile['results']>({
      size: anyText,
      accessMode: oneOf('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'),
    }),
    user: number('expected the number of a user', { least: 0, most: 0xffffffff, whole: true }),
  }),
};
