import { jUnitXml, type JUnitCase } from './junit-xml.ts';
import type { SummaryData, SummaryGroup, SummaryMetric } from './summary-data.ts';

interface JUnitOptions {
  /** Name of the suite of thresholds; `k6 thresholds` by default. */
  readonly name?: string;
  /** Class name of every case; `Unnamed folder` by default. */
  readonly classname?: string;
}

/**
 * Reports k6's thresholds and checks as JUnit XML: a suite with a case per threshold and a suite with a case per
 * check. A check fails here if it failed once; whether that fails the *run* is for the thresholds to say.
 *
 * The cases of thresholds are those of the public summary library of k6, with the same options. Deliberate differences:
 * - checks have cases of their own; the original is silent about them;
 * - cases are sorted by name; the original keeps k6's random order;
 * - a failure names the value that was judged, not all of the metric's values, which may be a thousand;
 * - characters that XML forbids are left out, line breaks are kept and the encoding is declared; the original
 *   writes all of these raw, so that one control character in a tag makes the whole file unreadable.
 *
 * @param data what k6 hands to `handleSummary`
 */
export function jUnit(data: SummaryData, options: JUnitOptions = {}): string {
  const { name = 'k6 thresholds', classname = 'Unnamed folder' } = options;
  return jUnitXml([
    { name, cases: thresholdCases(data.metrics, classname) },
    { name: 'k6 checks', cases: checkCases(data.root_group, classname, '') },
  ]);
}

function thresholdCases(metrics: SummaryData['metrics'], classname: string): JUnitCase[] {
  const cases: JUnitCase[] = [];
  for (const [metricName, metric] of Object.entries(metrics)) {
    if (metric === undefined) continue;
    for (const [expression, threshold] of Object.entries(metric.thresholds ?? {})) {
      const failure = `${metric.type} threshold failed: ${observed(metric, expression)}`;
      cases.push({
        name: `${metricName} - ${expression}`,
        classname,
        ...(threshold?.ok !== true && { failure }),
      });
    }
  }
  return cases.sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** The value that an expression such as `p(95)<500` judges, or all values where the metric does not have it. */
function observed({ values }: SummaryMetric, expression: string): string {
  const judged = expression.split(/[<>=!]/, 1)[0]?.trim() ?? '';
  const shown = judged in values ? [judged] : Object.keys(values).sort();
  return shown.map((key) => `${key} value: ${values[key] ?? 'n/a'}`).join(', ');
}

/** Checks of a group and of the groups in it, each named by its path: `login::token::status is 200`. */
function checkCases(group: SummaryGroup, classname: string, path: string): JUnitCase[] {
  const checks = group.checks.map(({ name, passes, fails }) => ({
    name: path + name,
    classname,
    ...(fails > 0 && { failure: `check failed ${fails} of ${passes + fails} times` }),
  }));
  const inner = group.groups.flatMap((child) => checkCases(child, classname, `${path}${child.name}::`));
  return [...checks, ...inner];
}
