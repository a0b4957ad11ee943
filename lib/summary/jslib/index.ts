/**
 * `k6-jslib-summary`: the interface of k6's public summary library, which is served over the network only, as a
 * module of our own (docs/decisions/0002-summary-library.md). The build and tsconfig map the name to this file.
 */
export { humanizeValue } from './humanize.ts';
export { jUnit } from './junit.ts';
export type { SummaryData, SummaryMetric } from './summary-data.ts';
export { textSummary, type TextSummaryOptions } from './text-summary.ts';
