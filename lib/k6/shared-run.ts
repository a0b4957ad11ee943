/** What the users of a run share. Imported by every user, so nothing is imported here but types. */
import type { LoadConfig } from '../config/config.ts';
import type { K6Options } from '../load/options.ts';
import type { BodyRule } from '../api/checks.ts';
import type { Auth, Completion, Secret, SuccessRule } from '../../thresholds/types.ts';
import type { Reported } from './inputs.ts';

/** What every virtual user holds: kept small, since it is held once for each of them. */
export interface UserSettings {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Headers that only a secret source has; left out where there are none. */
  secretHeaders?: Record<string, Secret>;
  timeoutMs: number;
  success: SuccessRule;
  /** `null`: no body is looked at. */
  body: BodyRule | null;
  /** Left out where the whole answer decides. */
  latency?: 'firstByte';
  completion?: Completion;
  auth: Auth;
  /** How many tokens are spread over the users. */
  tokenCount: number;
  baseUrl: string;
  /** Running sums of the payloads' weights. */
  upTo: number[];
  seed: number;
  thinkTimeSeconds: number;
  /** An answer that takes this long is an error; `null`: none is. */
  slowMs: number | null;
  /** When each stage ends, in ms from the start; one stage needs no tag. */
  stageEndsMs: number[];
  /**
   * When the user that watches the target ends: with k6's own end of its scenario, after as many iterations of the load, or
   * once it is the only one at work; `null`: the target is not watched.
   */
  watchedUntil: 'end' | 'alone' | number | null;
}

/**
 * A run as one array, because each array costs every user memory: the user's settings (or what is wrong with them) as JSON,
 * the configuration, the options, then as many bodies as the settings have `upTo`, then tokens. k6 parses an element anew
 * each time that it is read, and freezes objects, which makes them larger: every user reads its settings as text.
 */
export type SharedRun = readonly [settings: string, Reported<LoadConfig>, K6Options, ...string[]];

/** Where the bodies start in it. */
export const FIRST_BODY = 3;
