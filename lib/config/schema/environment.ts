/** What a team may write in thresholds/: each object with the properties that there are, and no others. */
import { SCENARIOS, type ScenarioName } from '../../../thresholds/names.ts';
import { baseUrl, bool, changesOf, object, optional, type Content, type Field } from '../fields.ts';
import { api, apiFields, auth } from './api.ts';
import {
  attributionFields,
  attributionProfile,
  capacityFields,
  capacityProfile,
  overheadFields,
  overheadProfile,
} from './experiments.ts';
import { limitFields, limits, loadFields, loadProfile } from './load.ts';
import { monitorFields, monitorProfile, profileFields, profileSettings } from './monitor.ts';
import { settings } from './settings.ts';
import { switching } from './switching.ts';

/** A load scenario: its load and its limits. */
const scenarioProfile = object({ load: loadProfile, limits });
export interface ScenarioProfile extends Content<typeof scenarioProfile> {}

/** What an environment changes in a scenario; what it leaves out stays as in scenarios.ts. */
const scenarioChanges = object({
  load: optional(changesOf(loadFields)),
  limits: optional(changesOf(limitFields)),
});
export interface ScenarioChanges extends Content<typeof scenarioChanges> {}

/** The files of thresholds/ that hold what every environment starts from, whole. */
export const profiles = {
  api,
  scenarios: byScenario(scenarioProfile),
  overhead: overheadProfile,
  attribution: attributionProfile,
  capacity: capacityProfile,
  monitor: monitorProfile,
  profile: profileSettings,
};

/** One environment that the suite runs against. */
export const environmentField = object({
  baseUrl,
  /** Refuses to run without CONFIRM=<name>. */
  protected: optional(bool),
  auth,
  /** What differs from api.ts. */
  api: optional(changesOf(apiFields)),
  /** In place of settings.ts. */
  settings: optional(settings),
  switching: optional(switching),
  /** What differs from scenarios.ts. */
  scenarios: optional(byScenario(optional(scenarioChanges))),
  /** What differs from overhead.ts. */
  overhead: optional(changesOf(overheadFields)),
  /** What differs from attribution.ts. */
  attribution: optional(changesOf(attributionFields)),
  /** What differs from capacity.ts. */
  capacity: optional(changesOf(capacityFields)),
  /** What differs from monitor.ts. */
  monitor: optional(changesOf(monitorFields)),
  /** What differs from profile.ts. */
  profile: optional(changesOf(profileFields)),
});
export interface Environment extends Content<typeof environmentField> {}

function byScenario<F extends Field<unknown>>(field: F) {
  return object(Object.fromEntries(SCENARIOS.map((name) => [name, field])) as Record<ScenarioName, F>);
}
