/** The effective configuration for people. */
import { printable } from '../../lib/format/printable.ts';
import { describeAuth } from '../../lib/summary/result-of-summary.ts';
import { table } from '../../lib/format/format.ts';
import type { Subject } from './subject.ts';

/** Headers that carry a secret where a team writes one into its environment all the same. */
const SECRET_HEADER = /auth|token|key|secret|cookie|session|pass/i;

/** Lines `name  value`. A token is named by its source; of a secret not even a part is shown. */
export function configurationLines({ target, rows }: Subject): string[] {
  const { api, baseUrl } = target;
  const all: [string, string][] = [
    ['environment', target.environment],
    ['request', `${api.method} ${baseUrl}${api.endpoint}`],
    ['headers', headers(api.headers)],
    ['payload', api.payload],
    ['success', JSON.stringify(api.success)],
    ['time-out', `${api.timeoutMs} ms`],
    ['probe', `${api.probe.method} ${baseUrl}${api.probe.path}`],
    ['token', describeAuth(target.auth)],
    ...rows,
    ['reports', target.reportDir ?? 'reports/ of the project'],
  ];
  return table(all.map(([name, value]) => [name, printable(value, 500)]));
}

function headers(values: Readonly<Record<string, string>>): string {
  const shown = Object.entries(values).map(
    ([name, value]) => `${name}: ${SECRET_HEADER.test(name) ? '***' : value}`,
  );
  return shown.length === 0 ? 'none' : shown.join('; ');
}
