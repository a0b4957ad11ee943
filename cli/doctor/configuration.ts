/** The effective configuration for people. */
import { printable } from '../../lib/format/printable.ts';
import { SECRET_NAME } from '../../lib/format/redacted.ts';
import { describeAuth } from '../../lib/summary/result-of-summary.ts';
import { table } from '../../lib/format/format.ts';
import type { Target } from '../../lib/config/config.ts';
import type { Secret } from '../../thresholds/types.ts';
import { note, type Finding } from './finding.ts';
import type { Subject } from './subject.ts';

/** Lines `name  value`. A token is named by its source; of a secret not even a part is shown. */
export function configurationLines({ target, rows }: Subject): string[] {
  const { api, baseUrl } = target;
  const all: [name: string, value: string | undefined][] = [
    ['environment', target.environment],
    ['request', `${api.method} ${baseUrl}${api.endpoint}`],
    ['headers', headers(api)],
    ['payload', api.payload],
    ['success', JSON.stringify(api.success)],
    ['completion', api.completion && JSON.stringify(api.completion)],
    ['latency', api.latency === 'firstByte' ? 'time to first byte' : undefined],
    ['time-out', `${api.timeoutMs} ms`],
    ['probe', `${api.probe.method} ${baseUrl}${api.probe.path}`],
    ['token', describeAuth(target.auth)],
    ...rows,
    ['reports', target.reportDir ?? 'reports/ of the project'],
  ];
  return table(all.flatMap(([name, value]) => (value === undefined ? [] : [[name, printable(value, 500)]])));
}

function headers({ headers: known, secretHeaders }: Target['api']): string {
  const shown = [
    ...Object.entries(known).map(([name, value]) => `${name}: ${looksSecret(name, value) ? '***' : value}`),
    ...Object.entries(secretHeaders).map(([name, secret]) => `${name}: ${describeSecret(secret)}`),
  ];
  return shown.length === 0 ? 'none' : shown.join('; ');
}

function describeSecret(secret: Secret): string {
  return 'variable' in secret ? `from ${secret.variable}` : `from the secret source, ${secret.secretSource}`;
}

/** Keys that stand in clear text, which every bundle and manifest of every environment then holds. */
export function headersFinding({ headers: known }: Target['api']): Finding[] {
  const names = Object.entries(known).flatMap(([name, value]) => (looksSecret(name, value) ? [name] : []));
  return names.map((name) =>
    note(
      'headers',
      `${name} looks like a key, and stands in clear text in every bundle; ` +
        `name it instead: headers: { '${name}': { variable: '${variableFor(name)}' } }`,
    ),
  );
}

/** The variable that a secret header is to be taken from. */
export function variableFor(header: string): string {
  return header.toUpperCase().replace(/\W+/g, '_');
}

/** A name that speaks of a secret, or a value that nobody would remember. */
export function looksSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || /^(?=.*\d)(?=.*[A-Za-z])[\w+/=.-]{24,}$/.test(value);
}
