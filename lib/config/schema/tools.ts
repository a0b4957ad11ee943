/** What a team may write in the files of thresholds/ that no run reads: alerts, trends, generators in Kubernetes. */
import { ENVIRONMENTS, SCENARIOS } from '../../../thresholds/names.ts';
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
  type Content,
} from '../fields.ts';

/** When Prometheus alerts, beside the limits of the scenarios. */
const alertProfile = object({
  /** Time between two looks at the numbers. */
  evaluationInterval: duration,
  /** How long the last numbers of a run count: an alert about it fires for as long. */
  window: duration,
  /** How long a limit must be crossed: P95 rests on a few requests when a run starts. */
  for: duration,
  /** For scenarios without a limit of their own: entries a minute by which the fastest growing queue grows. */
  queueGrowthPerMinute: fromZero,
  /** The runs of the nightly workflow, whose absence is an alert. */
  nightly: list(
    'expected at least one run',
    object({ environment: oneOf(...ENVIRONMENTS), test: oneOf(...SCENARIOS, 'overhead') }),
  ),
  /** Two nights and some time for the run itself. */
  missingAfter: duration,
});
export interface AlertProfile extends Content<typeof alertProfile> {}

/** What counts as a change in the history of results, and which change fails a trend. */
const trendProfile = object({
  /** Runs that are searched for change points together. */
  window: count,
  /** The largest probability of a change point where nothing changed. */
  pValue: number('expected a probability above 0 and below 1', { above: 0, most: 1 - Number.EPSILON }),
  /** A change needs so many runs before it and after it: one slow night is no trend. */
  leastRuns: count,
  /** Without an accepted baseline a worsening is new for so many runs after it was found. */
  newRuns: count,
  /** A run is compared with so many of the latest accepted runs at most. */
  acceptedRuns: count,
  /** A smaller worsening is named, and fails nothing. */
  least: object({
    /** Share of the P95 before. */
    p95Share: share,
    overheadMs: fromZero,
    /** Share of requests. */
    errorRate: share,
  }),
});
export interface TrendProfile extends Content<typeof trendProfile> {}

/** In the units of Kubernetes. */
const amounts = object({ cpu: optional(anyText), memory: optional(anyText) });

/** How load generators run in Kubernetes. */
const k6OperatorProfile = object({
  /** The image of k6 2.x. */
  image: anyText,
  /** What one generator is given. */
  resources: object({ requests: amounts, limits: amounts }),
  /** The Secret that holds tokens, under the names of their environment variables. */
  secret: anyText,
  /** Where results are kept. */
  results: object({
    size: anyText,
    accessMode: oneOf('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'),
  }),
  /** The user that generators run as. */
  user: number('expected the number of a user', { least: 0, most: 0xffffffff, whole: true }),
});
export interface K6OperatorProfile extends Content<typeof k6OperatorProfile> {}

export const toolProfiles = { alerts: alertProfile, trend: trendProfile, k6Operator: k6OperatorProfile };
