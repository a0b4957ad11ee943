/** Colours text with an ANSI code, or leaves it as it is. */
export type Paint = (text: string, color: Color) => string;

type Color = keyof typeof ANSI;

/** Parameters of ANSI's "select graphic rendition". */
const ANSI = { green: '32', red: '31', faint: '2', cyan: '36', faintCyan: '36;2' } as const;

/** Returns a function that colours text if `enabled`. */
export function painter(enabled: boolean): Paint {
  return enabled ? (text, color) => `\u001b[${ANSI[color]}m${text}\u001b[0m` : (text) => text;
}

/** Columns that text takes in a terminal: composed characters count once, wide ones too. */
export function width(text: string): number {
  // Most text is ASCII, and in k6's runtime each character of a list takes as much memory as a page of it.
  if (/^[ -~]*$/.test(text)) return text.length;
  return Array.from(text.normalize('NFKC')).length;
}
