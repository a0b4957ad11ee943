import type { SummaryData as MetricsAndChecks } from './jslib/summary-data.ts';

/** What k6 hands to `handleSummary`. @see https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/ */
export interface SummaryData extends MetricsAndChecks {
  readonly state: { readonly testRunDurationMs: number; readonly isStdOutTTY?: boolean };
  /** What `setup` returned; absent where it did not end well or was not run. */
  readonly setup_data?: unknown;
}
