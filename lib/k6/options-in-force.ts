/** Whether k6 runs what the script exported: its command line, its variables and an archive can replace options. */
import execution from 'k6/execution';
import type { Options } from 'k6/options';
import { parseDuration } from '../format/duration.ts';
import { FAILURE } from '../metrics/setup-data.ts';

/** The options that a script exports, as far as results are made of them. */
export interface ExportedOptions {
  scenarios: object;
  thresholds: object;
  summaryTrendStats: readonly string[];
  tags: object;
}

/** Which of them were replaced, as a code of the setup's gauge; `null`: none that matters. Replaced tags are warned of. */
export function otherOptions(exported: ExportedOptions): number | null {
  // k6's types do not know `noThresholds`.
  const inForce = execution.test.options as Options & { noThresholds?: boolean | null };
  const isJudged = inForce.noThresholds !== true;
  if (!agree(exported.scenarios, inForce.scenarios)) return FAILURE.loadReplaced;
  if (isJudged && !agree(exported.thresholds, inForce.thresholds)) return FAILURE.loadReplaced;
  if (!agree(exported.summaryTrendStats, inForce.summaryTrendStats)) return FAILURE.trendStatsReplaced;
  const problem = tagsProblem(exported.tags, inForce.tags ?? {});
  if (problem !== null) console.warn(problem);
  return null;
}

/** What is wrong with the tags that each sample carries; `null`: nothing. */
function tagsProblem(exported: object, inForce: object): string | null {
  if (agree(exported, inForce)) return null;
  const [what, right] = Object.keys(exported).every((name) => Object.hasOwn(inForce, name))
    ? ['a tag', `other names than ${Object.keys(exported).join(' and ')}`]
    : ['the tags', 'K6_FEATURES=merge-run-tags beside it'];
  return `--tag (K6_TAGS) replaced ${what} of this run: dashboards and alerts do not see it; expected ${right}`;
}

/** Whether all that the script said is so; k6 adds the fields that it did not say, and writes durations its own way. */
function agree(said: unknown, inForce: unknown): boolean {
  if (said === inForce) return true;
  if (typeof said === 'string' && typeof inForce === 'string') {
    const ms = parseDuration(said);
    return ms !== null && ms === parseDuration(inForce);
  }
  // k6 writes a threshold that does not abort as its expression alone.
  if (typeof said === 'object' && said !== null && 'threshold' in said && typeof inForce === 'string') {
    return said.threshold === inForce;
  }
  if (typeof said !== 'object' || said === null || typeof inForce !== 'object' || inForce === null)
    return false;
  if (Array.isArray(said) && said.length !== (inForce as unknown[]).length) return false;
  const fields = inForce as Record<string, unknown>;
  return Object.entries(said).every(([name, value]) => agree(value, fields[name]));
}
