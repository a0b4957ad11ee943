/** Results as Markdown, for a pull request or the summary of a step in GitHub Actions. */
import { printable } from '../format/printable.ts';
import { chartTable } from './chart-table.ts';
import {
  asTable,
  reasonOf,
  type Cell,
  type Document,
  type Part,
  type Section,
  type Table,
} from './document.ts';

const LONGEST = 300;
const SIGNS = { good: '✅', bad: '❌', unsure: '⚠️', plain: '' } as const;
/** Sections that stand folded, since a summary is read from the top. */
const FOLDED: ReadonlySet<string> = new Set([
  'Test configuration',
  'Monitoring',
  'CPU profile',
  'CPU by package, a request',
  'CPU by function, a request',
  'Over time',
  'Over commits',
  'Checks',
  'Guards',
  'Stages',
]);

export interface MarkdownSettings {
  /** Documents that would pass it in UTF-8 are left out, and counted in the last line. */
  mostBytes?: number;
  /** URL of the same report as HTML. */
  htmlLink?: URL | undefined;
}

/** Documents as Markdown, in their order. */
export function markdownOf(
  documents: readonly Document[],
  { mostBytes = Infinity, htmlLink }: MarkdownSettings = {},
): string {
  const left = (count: number) => `${count} more results are left out here: the file would be too large.\n`;
  let report = '';
  for (const [i, document] of documents.entries()) {
    const next = `${i === 0 ? '' : '\n'}${documentOf(document, i === 0 ? htmlLink : undefined)}`;
    if (byteLength(report + next + left(documents.length)) > mostBytes)
      return report + left(documents.length - i);
    report += next;
  }
  return report;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function documentOf(
  { title, subtitle, verdict, keyNumbers, sections }: Document,
  htmlLink: URL | undefined,
): string {
  return (
    [
      `## ${SIGNS[verdict.tone]} ${escape(verdict.word)}: ${escape(title)}`,
      `**${escape(reasonOf(verdict))}**`,
      escape(subtitle),
      ...(htmlLink === undefined ? [] : [`[The whole report as HTML](<${addressOf(htmlLink)}>)`]),
      ...(keyNumbers.length === 0 ? [] : [numbersOf(keyNumbers)]),
      ...sections.map(sectionOf),
    ].join('\n\n') + '\n'
  );
}

function numbersOf(keyNumbers: Document['keyNumbers']): string {
  return tableOf({
    columns: keyNumbers.map(({ label }) => label),
    rows: [keyNumbers.map(({ value, note }) => (note === '' ? value : `${value} (${note})`))],
  });
}

/** An address that ends where it should, in angle brackets. */
function addressOf({ href }: URL): string {
  return href.replaceAll('<', '%3C').replaceAll('>', '%3E');
}

function sectionOf({ title, parts }: Section): string {
  const body = parts.map(partOf).join('\n\n');
  return FOLDED.has(title)
    ? `<details><summary>${escape(title)}</summary>\n\n${body}\n\n</details>`
    : `### ${escape(title)}\n\n${body}`;
}

function partOf(part: Part): string {
  switch (part.kind) {
    case 'facts':
    case 'table':
    case 'judged':
      return tableOf(asTable(part));
    case 'bars':
      return tableOf({ columns: part.bars.columns, rows: part.bars.rows.map(({ cells }) => cells) });
    case 'chart':
      return `**${escape(part.chart.title)}**, ${escape(part.chart.unit)}\n\n${tableOf(chartTable(part.chart))}`;
    case 'flame':
      return `**${escape(part.flame.title)}**: in the HTML report, with ${part.flame.frames.length} frames.`;
    case 'text':
      return escape(part.text);
    case 'advice':
      return [
        `- **${escape(part.title)}**: ${escape(part.change)} ${escape(part.source)}`,
        ...part.evidence.map((line) => `  - ${escape(line)}`),
      ].join('\n');
  }
}

function tableOf({ columns, rows, numbersFrom = Infinity }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(escape)),
    line(columns.map((_, i) => (i >= numbersFrom ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(cellOf))),
  ].join('\n');
}

function cellOf(cell: Cell): string {
  return typeof cell === 'string' ? escape(cell) : `${SIGNS[cell.tone]} ${escape(cell.text)}`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '@': '&#64;' };

/** Text as text: no markup, no table cell of its own, no mention of a person. */
function escape(text: string): string {
  return printable(text, LONGEST)
    .replace(/[\\`*_{}[\]#|~!]/g, (character) => `\\${character}`)
    .replace(/[&<>@]/g, (character) => ENTITIES[character] ?? '');
}
