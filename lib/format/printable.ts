/** Escapes that a reader knows better than their number. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes text safe to print: control characters (ANSI sequences start with one), line breaks and marks that
 * turn the direction of writing become visible escapes such as `\n` or `\u001b`.
 *
 * Names of checks and groups and values of tags can come from an answer of the target, so they are not trusted
 * to move the cursor, forge a line or hide one.
 *
 * @param longest characters; a longer text is cut, and ends in `…`
 */
export function printable(text: string, longest = Infinity): string {
  const safe = text.replace(UNSAFE, (found) => SHORT_ESCAPES[found] ?? unicodeEscape(found));
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

/** C0 controls; DEL and C1 controls; line separators; bidirectional marks. */
// eslint-disable-next-line no-control-regex -- to find these is what it is for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
