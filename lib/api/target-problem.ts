import { printable } from '../format/printable.ts';
import { redacted, redactedAddress, withoutValues } from '../format/redacted.ts';
import { headerOf, type HttpAnswer } from './send.ts';

/** Why the target is not as it should be. The message is one line without secrets. */
export class TargetProblem extends Error {
  override readonly name = 'TargetProblem';
  /** The first setting that is not as asked for, where one is known. */
  readonly flag: string | null;
  /** Waiting mends nothing. */
  readonly isFinal: boolean;

  constructor(
    message: string,
    { flag = null, isFinal = false }: { flag?: string | null; isFinal?: boolean } = {},
  ) {
    super(message);
    this.flag = flag;
    this.isFinal = isFinal;
  }
}

/** A path as it is, any other address without what may be a secret in it. */
export function shownAddress(address: string): string {
  return address.startsWith('/') ? address : redactedAddress(address);
}

/** `answered 404`; where a redirect leads to; why there was no answer. */
export function describeAnswer(answer: Pick<HttpAnswer, 'status' | 'headers' | 'error'>): string {
  const { status, error } = answer;
  if (status === 0) return `answered nothing (${error ?? 'no reason is known'})`;
  if (!isRedirect(status)) return `answered ${status}`;
  const location = headerOf(answer, 'Location');
  const to = location === undefined ? '' : ` to ${redactedAddress(location)}`;
  return `answered ${status}, a redirect${to}, which is not followed`;
}

/**
 * The beginning of what an answer of 400 or more says, `: {"error":"no such flag"}`; a page says nothing.
 * @param sent headers of its request: a target that repeats a token shows it to nobody
 */
export function reasonIn(
  { status, body }: Pick<HttpAnswer, 'status' | 'body'>,
  sent: Readonly<Record<string, string>>,
): string {
  const text = body.trim();
  if (status < 400 || text === '' || text.startsWith('<')) return '';
  const values = Object.entries(sent)
    .filter(([name]) => !/^content-type$/i.test(name))
    .flatMap(([, value]) => [value, ...value.replace(/^(?:Bearer|Basic) /i, '').split(/[\s;=,]+/)]);
  return `: ${printable(redacted(withoutValues(text, values)), 200)}`;
}

/** What is wrong with a server's certificate. */
export type CertificateProblem = 'untrusted' | 'otherHost' | 'outOfDate';

/** Why a certificate was the reason for no answer, in the words of k6 or of Node.js; `null` where it was not. */
export function certificateProblem({ error }: Pick<HttpAnswer, 'error'>): CertificateProblem | null {
  const reason = error ?? '';
  if (!/certificate|x509/i.test(reason)) return null;
  if (/altnames|is valid for|any (names|IP SANs)/i.test(reason)) return 'otherHost';
  return /expired|not yet valid/i.test(reason) ? 'outOfDate' : 'untrusted';
}

export function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}
