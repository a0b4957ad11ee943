/**
 * Types of everything that a team edits. Those of settings are what lib/config/schema/ allows: there each stands with what
 * it means, and with the values that it may have.
 */
export type * from '../lib/config/schema/api.ts';
export type * from '../lib/config/schema/environment.ts';
export type * from '../lib/config/schema/experiments.ts';
export type * from '../lib/config/schema/load.ts';
export type * from '../lib/config/schema/monitor.ts';
export type * from '../lib/config/schema/settings.ts';
export type * from '../lib/config/schema/switching.ts';
export type * from '../lib/config/schema/tools.ts';
export type * from './names.ts';
export type * from './units.ts';

/** What to change for a setting, for the recommendations of a report. */
export interface SettingAdvice {
  /** The recommendation speaks where this setting is the largest cause of an overhead. */
  setting?: string;
  /** Or where the treatment has these on and those off, and costs time; `rule` names it in results. */
  where?: { rule: string; on: string[]; off: string[] };
  title: string;
  change: string;
  /** The section of the guide that says so. */
  guide: string;
}
