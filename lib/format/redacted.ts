/** Texts without what may be a secret in them. */

/** Addresses in a text, without user information, query and fragment. */
export function redactedAddress(text: string): string {
  return text
    .replace(/(\/\/)[^\s"'<>]*@/g, '$1***@')
    .replace(USER_WITHOUT_SCHEME, '***@')
    .replace(/(\/\/[^\s"'<>#]*)#[^\s"'<>]+/g, '$1#***')
    .replace(/(\/[^\s"'<>?]*)\?[^\s"'<>]+/g, '$1?***')
    .replace(/([^\s"'<>?])\?[^\s"'<>?]*=[^\s"'<>]*/g, '$1?***');
}

/**
 * A text that others wrote, such as the output of a command: its addresses redacted, and what follows `Bearer` or `Basic`
 * or is assigned to a name such as `token` or `password`.
 */
export function redacted(text: string): string {
  return redactedAddress(text)
    .replace(/\b(Bearer|Basic)\s+[^\s"',;]+/gi, '$1 ***')
    .replace(ASSIGNED, '$1***')
    .replace(OPTION, '$1***');
}

/** A text whose writer was given these values, without them; shorter ones than six characters would take words out. */
export function withoutValues(text: string, values: readonly string[]): string {
  return values
    .filter(({ length }) => length >= 6)
    .reduce((left, value) => left.replaceAll(value, '***'), text);
}

/** Parts of the names that secrets have, as variables, headers and in queries; an author is none. */
export const SECRET_NAME = /auth(?!or(?!i[sz]))|token|key|secret|cookie|session|pass|credential|signature/i;

/** `api_key=…`, `"password": "…"`, `X-Auth-Token: …`. */
const ASSIGNED = new RegExp(
  String.raw`([\w-]*(?:${SECRET_NAME.source})[\w-]*["']?\s*[=:]\s*["']?)(?!(?:Bearer|Basic) \*)[^\s"',;&]+`,
  'gi',
);

/** `--token …`, `--api-key …`: an option and its value, with a space between them. */
const OPTION = new RegExp(
  String.raw`(--?[\w-]*(?:${SECRET_NAME.source})[\w-]*\s+["']?)[^\s"'-][^\s"']*`,
  'gi',
);

/** `name:password@` of an address whose scheme was left out or is cut short. */
const USER_WITHOUT_SCHEME = /(?<![^\s"'<>=(,/])[^\s"'<>=(,/:@]+:(?!\/)[^\s"'<>]*@/g;
