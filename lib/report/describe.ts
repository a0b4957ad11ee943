/** The document of any result, with all that it has. */
import type { Latency, RunResult } from '../result/run-result.ts';
import { settingsIn } from '../result/settings-in.ts';
import { attributionSections } from './describe-attribution.ts';
import { capacityNumbers, capacitySections } from './describe-capacity.ts';
import { comparedArms } from './cells.ts';
import {
  armNumbers,
  armsSection,
  costsSection,
  guardsSection,
  overheadNumbers,
  overheadSection,
} from './describe-overhead.ts';
import { timesSections } from './describe-further-times.ts';
import { profileSections } from './describe-profile.ts';
import { describeRun } from './describe-run.ts';
import { chart, type Document, type KeyNumber, type Part, type Section } from './document.ts';
import { percentileChart } from './percentile-chart.ts';
import { spansOf, startOfAxis } from './spans.ts';
import { timeCharts } from './time-charts.ts';

/** The document of one result. */
export function describe(result: RunResult): Document {
  const { load, monitor } = timeCharts(result);
  const keyNumbers = experimentNumbers(result);
  return describeRun(result, {
    ...(keyNumbers === null ? {} : { keyNumbers }),
    spans: spansOf(result),
    findings: findings(result),
    percentiles: percentiles(result),
    overTime: load.map(chart),
    monitoring: monitor.map(chart),
    guards: isGated(result) && result.overhead !== null ? [guardsSection(result.overhead)] : [],
  });
}

/** Without thresholds k6 keeps nothing that an experiment could be judged by. */
function isGated({ outcome }: RunResult): boolean {
  return outcome.status !== 'not gated';
}

function findings(result: RunResult): Section[] {
  const { attribution, profile } = result;
  const { overhead, capacity } = isGated(result) ? result : { overhead: null, capacity: null };
  return [
    ...(overhead === null || attribution === null ? [] : attributionSections(attribution, overhead)),
    ...(overhead === null
      ? []
      : [
          overheadSection(overhead, startOfAxis(result)),
          armsSection(overhead, settingsIn(result)),
          costsSection(overhead),
          ...timesSections(result, overhead),
        ]),
    ...(capacity === null ? [] : capacitySections(capacity, settingsIn(result))),
    ...profileSections(profile),
  ];
}

function experimentNumbers(result: RunResult): KeyNumber[] | null {
  const { overhead, capacity } = result;
  const settings = settingsIn(result);
  if (capacity !== null) return capacityNumbers(capacity, settings);
  return overhead === null ? null : [...overheadNumbers(overhead), ...armNumbers(overhead, settings)];
}

/** Of both arms, or of all successful requests. */
function percentiles({ latency: { levels, successful }, overhead }: RunResult): Part[] {
  const ofArms = overhead === null ? [] : comparedArms(overhead);
  const lines = ofArms.flatMap((arm): [string, Latency][] =>
    arm.latency === null ? [] : [[arm.name, arm.latency]],
  );
  if (lines.length === 0 && successful !== null) lines.push(['successful', successful]);
  return lines.length === 0 ? [] : [chart(percentileChart(levels, lines))];
}
