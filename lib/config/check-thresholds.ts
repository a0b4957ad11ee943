/** Checks everything in thresholds/ at once, for the build; a run checks what it uses. */
import { alerts } from '../../thresholds/alerts.ts';
import { api } from '../../thresholds/api.ts';
import { attribution } from '../../thresholds/attribution.ts';
import { capacity } from '../../thresholds/capacity.ts';
import { environments } from '../../thresholds/environments.ts';
import { k6Operator } from '../../thresholds/k6-operator.ts';
import { monitor } from '../../thresholds/monitor.ts';
import { overhead } from '../../thresholds/overhead.ts';
import { profile } from '../../thresholds/profile.ts';
import { scenarios } from '../../thresholds/scenarios.ts';
import { settings } from '../../thresholds/settings.ts';
import { trend } from '../../thresholds/trend.ts';
import { ConfigError } from './config-error.ts';
import { checked, type Field } from './fields.ts';
import { environmentField, profiles } from './schema/environment.ts';
import { settings as settingsField } from './schema/settings.ts';
import { toolProfiles } from './schema/tools.ts';

/** What is wrong in thresholds/: one line for each file that cannot be used. */
export function thresholdsProblems(): string[] {
  const files: [field: Field<unknown>, value: unknown, file: string][] = [
    [profiles.api, api, 'api'],
    [profiles.scenarios, scenarios, 'scenarios'],
    [settingsField, settings, 'settings'],
    [profiles.overhead, overhead, 'overhead'],
    [profiles.attribution, attribution, 'attribution'],
    [profiles.capacity, capacity, 'capacity'],
    [profiles.monitor, monitor, 'monitor'],
    [profiles.profile, profile, 'profile'],
    [toolProfiles.alerts, alerts, 'alerts'],
    [toolProfiles.trend, trend, 'trend'],
    [toolProfiles.k6Operator, k6Operator, 'k6-operator'],
    ...Object.entries(environments).map(([name, environment]): [Field<unknown>, unknown, string] => [
      environmentField,
      environment,
      name,
    ]),
  ];
  return files.flatMap(([field, value, file]) => {
    try {
      checked(field, value, `thresholds/${file}.ts`);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return [error.message];
      throw error;
    }
  });
}
