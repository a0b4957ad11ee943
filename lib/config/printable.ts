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
  let safe = '';
  for (const character of text) {
    safe += isUnsafe(character) ? (SHORT_ESCAPES[character] ?? unicodeEscape(character)) : character;
  }
  return safe.length > longest ? `${safe.slice(0, longest)}…` : safe;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Ranges of code points: C0 controls; DEL and C1 controls; line separators; bidirectional marks. */
const UNSAFE_RANGES: readonly (readonly [from: number, to: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0x061c, 0x061c],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2066, 0x2069],
];

function isUnsafe(character: string): boolean {
  const code = character.charCodeAt(0);
  return UNSAFE_RANGES.some(([from, to]) => code >= from && code <= to);
}
