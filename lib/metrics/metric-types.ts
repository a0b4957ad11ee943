/** How k6 keeps a metric. */
export type MetricType = 'trend of ms' | 'gauge of ms' | 'gauge' | 'counter';

/** Metrics by their names. */
export type MetricTypes = Readonly<Record<string, MetricType>>;
