import type { SetupData } from '../metrics/setup-data.ts';
import type { SummaryData as MetricsAndChecks } from './jslib/summary-data.ts';

/** What k6 hands to `handleSummary`. @see https://grafana.com/docs/k6/latest/results-output/end-of-test/custom-summary/ */
export interface SummaryData extends MetricsAndChecks {
  readonly state: { readonly testRunDurationMs: number; readonly isStdOutTTY?: boolean };
  /** What `setup` returned: see `setupOf`. */
  readonly setup_data?: unknown;
}

/** What `setup` told the report; undefined where it did not end well or was not run. */
export function setupOf({ setup_data }: SummaryData): SetupData | undefined {
  return setup_data as SetupData | undefined;
}
