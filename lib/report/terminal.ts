/** A document on a terminal: the verdict, its numbers, what to change. The whole of it lies in the file that it names. */
import { table } from '../format/format.ts';
import { printable } from '../format/printable.ts';
import type { Document, Judged, Part, Tone } from './document.ts';
import { headLine, judgedCells, verdictLine } from './text.ts';

/** What a terminal can show. */
export interface Terminal {
  /** Characters in a line. */
  width: number;
  colours: boolean;
}

/** Narrower ones are treated as if they were as wide; where nothing says how wide it is, the usual width. */
const NARROWEST = 40;
const USUAL_WIDTH = 80;
const LONGEST = 300;

/** Select graphic rendition (ECMA-48, 8.3.117): bold with green, red or yellow. */
const SGR: Readonly<Record<Tone, string>> = { good: '1;32', bad: '1;31', unsure: '1;33', plain: '1' };

/**
 * What k6 and the environment say of standard output; `null` where it is no terminal.
 * @see https://no-color.org
 */
export function terminalOf(
  { options, state }: { options?: { noColor?: boolean }; state: { isStdOutTTY?: boolean } },
  env: Readonly<Record<string, string | undefined>>,
): Terminal | null {
  if (state.isStdOutTTY !== true) return null;
  const columns = Number(env.COLUMNS);
  const width = Number.isInteger(columns) && columns > 0 ? Math.max(NARROWEST, columns) : USUAL_WIDTH;
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== '';
  return { width, colours: options?.noColor !== true && !refused && env.TERM !== 'dumb' };
}

/** Every string that came from outside is shown escaped. */
export function terminalText(document: Document, { width, colours }: Terminal): string {
  const { head, title, verdict, keyNumbers, sections } = document;
  const parts = sections.flatMap((section) => section.parts);
  const notes = sections.find((section) => section.title === 'Notes')?.parts ?? [];
  const tables = [
    keyNumbers.map(({ label, value, note }) => [label, value, note]),
    parts.flatMap((part) => (part.kind === 'bars' ? part.bars.rows.map(({ cells }) => [...cells]) : [])),
    parts.flatMap((part) => (part.kind === 'judged' ? judgedRows(part.judged) : [])),
  ];
  const [first = '', ...more] = wrap(verdictLine(document), width, 0);
  const paint = (text: string) => (colours ? `\u001b[${SGR[verdict.tone]}m${text}\u001b[0m` : text);
  const blocks = [
    ...tables.map((rows) =>
      table(rows.map((row) => row.map((cell) => printable(cell, LONGEST)))).flatMap((line) =>
        wrap(line, width, 2),
      ),
    ),
    parts.flatMap((part) => (part.kind === 'advice' ? adviceLines(part, width) : [])),
    notes.flatMap((part) => (part.kind === 'text' ? wrap(printable(part.text, 1_000), width, 2) : [])),
  ].filter((block) => block.length > 0);
  return [
    ...wrap(head === null ? printable(title, LONGEST) : headLine(head), width, 0),
    paint(first),
    ...more.map(paint),
    '',
    ...blocks.flatMap((block) => [...block, '']),
  ].join('\n');
}

/** All gates, and what else did not hold. */
function judgedRows({ what, rows }: Judged): string[][] {
  return rows.filter(({ tone }) => what === 'gate' || tone !== 'good').map(judgedCells);
}

function adviceLines(
  { title, evidence, change }: Extract<Part, { kind: 'advice' }>,
  width: number,
): string[] {
  return [
    ...wrap(printable(title, LONGEST), width, 0),
    ...evidence.flatMap((text) => wrap(printable(text, LONGEST), width, 4)),
    ...wrap(`→ ${printable(change, LONGEST)}`, width, 2),
  ];
}

/** A line as lines that fit, broken at spaces; further lines stand further in. */
function wrap(text: string, width: number, indent: number): string[] {
  const lines: string[] = [];
  let line = ' '.repeat(indent) + text;
  while (line.length > width) {
    const space = line.lastIndexOf(' ', width);
    // A word that is too long is cut.
    const at = space > indent + 2 ? space : width;
    lines.push(line.slice(0, at).trimEnd());
    line = ' '.repeat(indent + 2) + line.slice(at).trimStart();
  }
  return [...lines, line];
}
