/** The notes of an experiment of arms. */
import { WATCHED_AT_ONE } from '../config/deployments.ts';
import type { Question } from '../experiment/judge-experiment.ts';
import type { CarryOver } from '../experiment/carry-over.ts';
import { longerSeconds, restsOnStalls } from '../experiment/stalls.ts';
import { errorRate } from '../statistics/fisher.ts';
import { BASELINE_ERROR_LIMIT } from '../experiment/guards.ts';
import { unseenStallShare } from '../experiment/noise-floor.ts';
import { leftNotes } from './result-of-summary.ts';
import { humanDuration, humanMs, humanRange, humanShare } from '../format/format.ts';
import type { OverheadResult } from '../result/run-result.ts';
import type { SummaryData } from './summary-data.ts';
import { carryOverOf } from './read-experiment.ts';
import type { Target } from '../config/config.ts';

/** What a reader must know to read an experiment's numbers rightly. */
export function experimentNotes(
  config: Pick<Target, 'environment'>,
  question: Question,
  overhead: OverheadResult,
  data: SummaryData,
): string[] {
  const stalls = unseenStallShare(overhead.measuredBlocks);
  return [
    ...(question.plan.mode === 'header'
      ? ['Switched by request: both arms wait in the same queue, so this is a lower bound of the overhead.']
      : []),
    ...deploymentsNotes(overhead),
    ...(question.plan.deployments === undefined ? [] : [`No costs by arm: ${WATCHED_AT_ONE}.`]),
    ...stallNotes(question, overhead),
    ...(overhead.measuredBlocks > 3
      ? [
          `Up to ${(stalls * 100).toFixed(0)} % of blocks could stall without one among those measured (95 % confidence).`,
        ]
      : []),
    ...leftNotes(config, data),
    ...lateNotes(overhead, carryOverOf(overhead.budgetMs, data)),
    ...failingArms(overhead),
  ];
}

/** On how little the P95 of an arm rests, and what would be more. */
function stallNotes({ plan }: Question, { arms, verdict }: OverheadResult): string[] {
  const { kind, moreMinutes, isRough } = verdict;
  const isOpen = kind === 'INCONCLUSIVE' && moreMinutes != null && moreMinutes > 0;
  const more = isOpen
    ? `; ${humanDuration(moreMinutes * 60_000)} more ${isRough === true ? 'may' : 'would'} settle it`
    : '';
  return arms.flatMap(({ name, stalls }) => {
    if (stalls === undefined || stalls.typicalMs === null || !restsOnStalls(stalls)) return [];
    const which = `${stalls.count} ${stalls.count === 1 ? 'stall' : 'stalls'}`;
    const longer = kind === 'INCONCLUSIVE' ? longerSeconds(stalls, plan.seconds) : null;
    const rather =
      longer === null ? '' : `, rather in blocks of ${longer} s than in more of ${plan.seconds} s`;
    return [`The ${name}'s P95 rests on ${which} of about ${humanMs(stalls.typicalMs)}${more}${rather}.`];
  });
}

/** How far the deployments themselves are apart: without that the overhead cannot be read. */
function deploymentsNotes({ deployments }: OverheadResult): string[] {
  const { differenceMs = null, interval = null } = deployments ?? {};
  if (differenceMs === null || interval === null) return [];
  const between = humanRange(interval.lowerMs, interval.upperMs);
  return [
    `Whatever their settings, P95 on the treatment's deployment is ${humanMs(differenceMs)} (95 %: ${between}) above that on the baseline's: the overhead is without it.`,
  ];
}

/** What a PASS after few blocks has not seen: enough arms that follow a like arm. They come with about the 8th block. */
function lateNotes(
  { mode, verdict, deployments, arms }: OverheadResult,
  { predecessors }: CarryOver,
): string[] {
  if (mode !== 'toggle' || deployments != null || arms.length !== 2) return [];
  if (verdict.kind !== 'PASS' || predecessors !== null) return [];
  return [
    'Too few arms follow a like arm to see settings that work later than an arm lasts: 8 blocks or more show it.',
  ];
}

/** Arms between the two that are judged: their failed requests, as time-outs, are in the shares. */
function failingArms({ arms, baseline, treatment }: OverheadResult): string[] {
  return arms
    .filter(({ name }) => name !== baseline && name !== treatment)
    .filter((arm) => errorRate(arm) > BASELINE_ERROR_LIMIT)
    .map(
      (arm) =>
        `${humanShare(errorRate(arm))} of the requests of arm "${arm.name}" failed: the shares hold what that took.`,
    );
}
