/** What k6 hands to `handleSummary`, as far as the summary library reads it. */
export interface SummaryData {
  readonly options?: SummaryDataOptions;
  readonly root_group: SummaryGroup;
  /** By metric or submetric name, in no particular order. */
  readonly metrics: Readonly<Record<string, SummaryMetric | undefined>>;
}

export interface SummaryDataOptions {
  /** Columns of trends, such as `['avg', 'p(95)']`. */
  readonly summaryTrendStats?: readonly string[];
  readonly summaryTimeUnit?: TimeUnit;
  readonly noColor?: boolean;
}

/** `''` lets each value choose its own unit. */
type TimeUnit = '' | 's' | 'ms' | 'us';

export interface SummaryMetric {
  /** `counter`, `gauge`, `rate` or `trend`. */
  readonly type: string;
  /** `time` (values in milliseconds), `data` (bytes) or `default`. */
  readonly contains: string;
  readonly values: Readonly<Record<string, number>>;
  /** Absent where no threshold names the metric. */
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean } | undefined>>;
}

export interface SummaryGroup {
  /** Empty for the root. */
  readonly name: string;
  readonly groups: readonly SummaryGroup[];
  readonly checks: readonly SummaryCheck[];
}

export interface SummaryCheck {
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}

/** True where no threshold of the metric was crossed. */
export function thresholdsHold(thresholds: NonNullable<SummaryMetric['thresholds']>): boolean {
  return Object.values(thresholds).every((threshold) => threshold?.ok === true);
}

/** k6's own default columns of a trend. */
export const DEFAULT_TREND_STATS: readonly string[] = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)'];
