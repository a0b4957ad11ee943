import { settings as defaults } from '../../thresholds/settings.ts';
import { withValues, type TargetSettings } from '../config/settings.ts';
import type { RunResult } from './run-result.ts';

/** The settings that a result's arms differ in; an older one, which does not say, is of thresholds/settings.ts. */
export function settingsIn({ configuration }: Pick<RunResult, 'configuration'>): TargetSettings {
  return configuration.settings ?? withValues(defaults);
}
