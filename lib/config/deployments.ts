/** Arms that have a deployment each: nothing is switched between them, and each arm's requests go to its own address. */
import type { Switching } from '../../thresholds/types.ts';
import type { Arm } from './arms.ts';
import { ConfigError } from './config-error.ts';
import type { Exchange, Plan } from './experiment-plan.ts';
import { armCalled, type TargetSettings } from './settings.ts';

export interface Deployments {
  /** Base URLs by the names of the arms. */
  readonly urls: Readonly<Record<string, string>>;
}

/** The base URL of an arm; where the two deployments have exchanged their settings, the other arm's. */
export function deploymentOf({ urls }: Deployments, arm: string, isCrossed: boolean): string {
  const other = Object.keys(urls).find((name) => name !== arm);
  return urls[isCrossed && other !== undefined ? other : arm] ?? '';
}

/** The reason why nothing can be decided where each arm has a deployment of its own. */
export function twoDeployments(baseline: string, treatment: string): string {
  return `the arms are two deployments (${baseline} and ${treatment}): the difference includes the difference between them`;
}

/** Why costs by arm are not measured. */
export const WATCHED_AT_ONE =
  'what the target says about itself is asked at baseUrl alone, where the arms have two deployments';

/** The same for an experiment, with what would help; `undefined` where they exchange their settings, or there are none. */
export function reservationOf(
  { deployments }: { readonly deployments?: Deployments },
  exchange: Exchange | undefined,
): string | undefined {
  if (deployments === undefined || exchange !== 'apart') return undefined;
  const [baseline = '', treatment = ''] = Object.values(deployments.urls);
  return `${twoDeployments(baseline, treatment)}; expected switching.swap, which takes it out`;
}

/** What is between deployments as a plan and a target have it. */
interface Placed {
  readonly plan: { readonly deployments?: Exchange };
  readonly target: { readonly deployments?: Deployments };
}

/**
 * Where the arms run, if each has a deployment of its own.
 * @throws ConfigError where an arm has none, or more than two would have to exchange their settings
 */
export function deploymentsOf(
  switching: Switching,
  mode: Plan['mode'],
  settings: TargetSettings,
  arms: readonly Arm[],
  file: string,
): Placed {
  if (switching.by !== 'deployments' || mode === 'header') return { plan: {}, target: {} };
  const urls = Object.fromEntries(
    arms.map(({ name, flags }) => {
      const called = armCalled(settings, flags);
      const url = Object.hasOwn(switching.urls, called) ? switching.urls[called] : undefined;
      if (url !== undefined) return [name, url.replace(/\/+$/, '')];
      const given = Object.keys(switching.urls).join(', ');
      throw new ConfigError(
        `${file} switching.urls`,
        `no base URL for the arm '${called}'`,
        `expected one beside ${given}`,
      );
    }),
  );
  const target = { deployments: { urls } };
  // An A/A run: both arms on one deployment.
  if (new Set(Object.values(urls)).size === 1) return { plan: {}, target };
  if (switching.swap === undefined) return { plan: { deployments: 'apart' }, target };
  if (arms.length === 2) return { plan: { deployments: 'crossed' }, target };
  throw new ConfigError(
    `${file} switching.swap`,
    `${arms.length} arms cannot exchange their settings`,
    'expected two arms, or no swap',
  );
}
