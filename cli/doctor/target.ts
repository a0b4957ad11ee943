/** Is the target up, and does it take the token? One request, as the run's own setup makes it. */
import type { Client } from '../../lib/api/client.ts';
import {
  certificateProblem,
  describeAnswer,
  isRedirect,
  type CertificateProblem,
} from '../../lib/api/target-problem.ts';
import type { Target } from '../../lib/config/config.ts';
import { describeAuth } from '../../lib/summary/result-of-summary.ts';
import { messageOf } from '../errors.ts';
import { secretSourceOf } from '../api/token.ts';
import { note, ok, problem, type Finding } from './finding.ts';

const REMEDIES: Readonly<Record<CertificateProblem, string>> = {
  untrusted: 'name the file of its authority by SSL_CERT_FILE',
  otherHost: 'give the address that the certificate is for by BASE_URL',
  outOfDate: 'give the target a certificate that is valid',
};

/** @returns the findings, and whether anything else may be asked of the target */
export async function targetFindings(
  config: Target,
  client: Client,
): Promise<{ findings: Finding[]; up: boolean }> {
  const token = await tokenFinding(config, client);
  if (token.status === 'problem') return { up: false, findings: [token] };
  const { baseUrl, api } = config;
  const answer = await client.probe(1);
  const { status } = answer;
  const answered = `${api.probe.method} ${baseUrl}${api.probe.path} ${describeAnswer(answer)}`;
  const down = (remedy: string) => ({ up: false, findings: [problem('target', answered, remedy)] });
  const certificate = certificateProblem(answer);
  if (certificate !== null) return down(`${REMEDIES[certificate]}, or set K6_INSECURE_SKIP_TLS_VERIFY=true`);
  if (status === 0) return down('start the target (npm run target), or give its address by BASE_URL');
  if (status >= 500) return down('wait until the target is ready');
  if (isRedirect(status)) return down('give the address that it leads to by BASE_URL, or another probe.path');
  const up = ok('target', `${answered} in ${answer.durationMs.toFixed(0)} ms`);
  if (status !== 401 && status !== 403) return { up: true, findings: [up, triedBy(config, token, status)] };
  const refused = problem(
    'token',
    `${describeAuth(config.auth)}: the target answered ${status}`,
    'give a token that the target accepts',
  );
  return { up: false, findings: [up, refused] };
}

/** Only an answer that takes the request says that it takes the token: many a router asks for no token before a 404 or 405. */
function triedBy({ api: { probe, success } }: Target, token: Finding, status: number): Finding {
  const isTaken = (status >= 200 && status < 300) || success.status.includes(status);
  if (token.status !== 'ok' || isTaken) return token;
  const { method, path } = probe;
  return note(
    'token',
    `not tried: ${method} ${path} answered ${status}, which neither takes it nor refuses it; a probe.path that answers 200 would try it`,
  );
}

/** What is said of the token where the target accepts it; a problem where there is none. */
async function tokenFinding({ auth, api }: Target, client: Client): Promise<Finding> {
  const key = secretSourceOf(auth);
  if (key !== null)
    return note('token', `k6 asks its secret source for ${key}; that cannot be tried without k6`);
  if (auth.type === 'none') return note('token', 'none is sent');
  try {
    await client.headers();
    return ok('token', `${describeAuth(auth)}: accepted by ${api.probe.path}`);
  } catch (error) {
    const remedy =
      auth.type === 'oauth2'
        ? 'check auth.tokenUrl, auth.clientId and the client secret'
        : 'name a file with one token per line by auth.path';
    return problem('token', messageOf(error), remedy);
  }
}
