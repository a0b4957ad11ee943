/** The files of `deploy/` that are made from `thresholds/`. */
import { stringify } from 'yaml';
import { dashboard } from '../../lib/prometheus/dashboard.ts';
import { ruleTests } from '../../lib/prometheus/rule-tests.ts';
import { ruleFile } from '../../lib/prometheus/rules.ts';
import { watchedGates } from '../../lib/prometheus/watched.ts';
import { alerts } from '../../thresholds/alerts.ts';

/** A file by its path in the project. */
export interface MadeFile {
  path: string;
  text: string;
}

const HEADER = '# Written by "npm run dashboards" from thresholds/: edit there, not here.\n';

/** All of them, as they should be. */
export function madeFiles(): MadeFile[] {
  const watched = watchedGates(alerts);
  return [
    { path: 'deploy/prometheus/rules.yml', text: yaml(ruleFile(watched, alerts)) },
    { path: 'deploy/prometheus/rules.test.yml', text: yaml(ruleTests(watched, alerts, 'rules.yml')) },
    { path: 'deploy/grafana/k6-overhead.json', text: `${JSON.stringify(dashboard(), null, 2)}\n` },
  ];
}

function yaml(value: unknown): string {
  // Lines are not folded, so that a rule can be searched for, and anchors are for people.
  return HEADER + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
}
