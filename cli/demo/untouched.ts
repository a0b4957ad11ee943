/** A demo shows the suite's own numbers: what a shell has exported for another target would change them. */
import { settingVariables } from '../../lib/config/check-settings.ts';
import { VARIABLES } from '../../lib/config/variables.ts';
import { environments } from '../../thresholds/environments.ts';

/** The suite's variables taken away, but for where reports go. */
export const untouched: NodeJS.ProcessEnv = Object.fromEntries(
  [...VARIABLES, ...settingVariables(environments)]
    .filter((name) => name !== 'REPORT_DIR')
    .map((name) => [name, undefined]),
);
