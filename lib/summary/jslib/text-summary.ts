import { groupLines } from './group-lines.ts';
import { metricLines } from './metric-lines.ts';
import { DEFAULT_TREND_STATS, type SummaryData, type SummaryDataOptions } from './summary-data.ts';
import { painter } from './terminal.ts';

/** Each option given wins over the same one in `data.options`. */
export interface TextSummaryOptions extends SummaryDataOptions {
  /** What each line starts with; one blank by default. */
  readonly indent?: string;
  /** ANSI colours; on by default. */
  readonly enableColors?: boolean;
}

/**
 * k6's end-of-test summary as text: groups with their checks, then one line per metric. No line break at the end.
 *
 * The lines are those of the public summary library of k6 for the same data, but for three deliberate
 * differences: control characters in names come out escaped (`printable`), a value that is missing or not finite
 * reads `n/a`, and without `summaryTrendStats` anywhere trends get k6's default columns; there the original prints
 * them raw, prints `NaN…` or throws.
 *
 * @param data what k6 hands to `handleSummary`
 */
export function textSummary(data: SummaryData, options: TextSummaryOptions = {}): string {
  const { indent, enableColors, summaryTimeUnit, summaryTrendStats } = {
    indent: ' ',
    enableColors: true,
    ...data.options,
    ...options,
  };
  const paint = painter(enableColors);
  return [
    ...groupLines(data.root_group, `${indent}    `, paint),
    ...metricLines(data.metrics, {
      indent: `${indent}  `,
      timeUnit: summaryTimeUnit,
      trendStats: summaryTrendStats ?? DEFAULT_TREND_STATS,
      paint,
    }),
  ].join('\n');
}
