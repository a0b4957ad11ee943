/** Is the target up, and does it take the token? One request, as the run's own setup makes it. */
import type { Target } from '../../lib/config/config.ts';
import { describeAuth } from '../../lib/summary/result-of-summary.ts';
import { reasonOf } from './http.ts';
import { note, ok, problem, type Finding } from './finding.ts';
import type { Token } from './token.ts';

/** @returns the findings, and whether anything else may be asked of the target */
export async function targetFindings(
  config: Target,
  token: Token,
): Promise<{ findings: Finding[]; up: boolean }> {
  const { baseUrl, api } = config;
  const probe = `${api.probe.method} ${baseUrl}${api.probe.path}`;
  const start = performance.now();
  try {
    const { status } = await fetch(baseUrl + api.probe.path, {
      method: api.probe.method,
      headers: headersOf(config, token),
      signal: AbortSignal.timeout(api.timeoutMs),
    });
    const answered = `${probe} answered ${status} in ${(performance.now() - start).toFixed(0)} ms`;
    if (status >= 500) {
      return { up: false, findings: [problem('target', answered, 'wait until the target is ready')] };
    }
    const refused = status === 401 || status === 403;
    return {
      up: !refused,
      findings: [ok('target', answered), tokenFinding(config, token, refused ? status : null)],
    };
  } catch (error) {
    const remedy = 'start the target (npm run target), or give its address by BASE_URL';
    return { up: false, findings: [problem('target', `${probe}: ${reasonOf(error)}`, remedy)] };
  }
}

function tokenFinding(config: Target, token: Token, refused: number | null): Finding {
  if ('finding' in token) return token.finding;
  const from = describeAuth(config.auth);
  if (refused !== null) {
    return problem(
      'token',
      `${from}: the target answered ${refused}`,
      'give a token that the target accepts',
    );
  }
  if (token.token === null) return note('token', 'none is sent');
  return ok('token', `${from}: accepted by ${config.api.probe.path}`);
}

/** The API's headers with the token, as k6 sends them. */
export function headersOf(config: Pick<Target, 'api'>, token: Token): Record<string, string> {
  const bearer = 'token' in token && token.token !== null ? { Authorization: `Bearer ${token.token}` } : {};
  return { ...config.api.headers, ...bearer };
}
