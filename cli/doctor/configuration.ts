/** The effective configuration for people. */
import type { LoadConfig } from '../../lib/config/config.ts';
import { printable } from '../../lib/config/printable.ts';
import { gatesOf, expression } from '../../lib/gates/gates.ts';
import { describeAuth } from '../../lib/result/common.ts';
import { table } from '../../lib/result/format.ts';
import { describeLoad } from '../../lib/result/text.ts';
import { formatFlags } from '../../lib/workflow/flags.ts';

/** Headers that carry a secret where a team writes one into its environment all the same. */
const SECRET_HEADER = /auth|token|key|secret|cookie|session|pass/i;

/** Lines `name  value`. A token is named by its source; of a secret not even a part is shown. */
export function configurationLines(config: LoadConfig): string[] {
  const { api, load, flags } = config;
  const rows: [string, string][] = [
    ['environment', config.environment],
    ['request', `${api.method} ${config.baseUrl}${api.endpoint}`],
    ['headers', headers(api.headers)],
    ['payload', api.payload],
    ['success', JSON.stringify(api.success)],
    ['time-out', `${api.timeoutMs} ms`],
    ['probe', `${api.probe.method} ${config.baseUrl}${api.probe.path}`],
    ['token', describeAuth(config.auth)],
    ['load', describeLoad({ ...load })],
    ['gates', gatesOf(config).map(describeGate).join('; ')],
    ['abort', config.abort ? 'as soon as a limit is crossed' : 'no'],
    ['flags', flags === null ? 'left as they are' : formatFlags(flags)],
    ['reports', config.reportDir ?? 'reports/ of the project'],
  ];
  return table(rows.map(([name, value]) => [name, printable(value, 500)]));
}

function headers(values: Readonly<Record<string, string>>): string {
  const shown = Object.entries(values).map(
    ([name, value]) => `${name}: ${SECRET_HEADER.test(name) ? '***' : value}`,
  );
  return shown.length === 0 ? 'none' : shown.join('; ');
}

function describeGate(gate: ReturnType<typeof gatesOf>[number]): string {
  return `${gate.name} ${expression(gate)}${gate.unit === 'ms' ? ' ms' : ''}`;
}
