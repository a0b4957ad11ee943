/** Colours text with an ANSI code, or leaves it as it is. */
export type Paint = (text: string, color: Color) => string;

export type Color = keyof typeof ANSI;

/** Parameters of ANSI's "select graphic rendition". */
const ANSI = { green: '32', red: '31', faint: '2', cyan: '36', faintCyan: '36;2' } as const;

/** Returns a function that colours text if `enabled`. */
export function painter(enabled: boolean): Paint {
  return enabled ? (text, color) => `\u001b[${ANSI[color]}m${text}\u001b[0m` : (text) => text;
}

/** Escapes that a reader knows better than their number. */
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes a name safe to print: control characters (ANSI sequences start with one), line breaks and marks that
 * turn the direction of writing become visible escapes such as `\n` or `\u001b`.
 *
 * Names of checks and groups and values of tags can come from an answer of the target, so they are not trusted
 * to move the cursor, forge a line or hide one.
 */
export function printable(name: string): string {
  let text = '';
  for (const character of name) {
    text += isUnsafe(character) ? (SHORT_ESCAPES[character] ?? unicodeEscape(character)) : character;
  }
  return text;
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

/** Columns that text takes in a terminal: composed characters count once, wide ones too. */
export function width(text: string): number {
  return Array.from(text.normalize('NFKC')).length;
}
