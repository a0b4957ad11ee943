/** The report on a terminal: the verdict, one table, what to change. The whole of it lies in the file that it names. */
import { printable } from '../format/printable.ts';
import { humanMs, humanShare, table } from '../format/format.ts';
import { intervalOf, meaningOf, shareRows } from './attribution-text.ts';
import { comparedArms, describeFlags, verdictLine } from './overhead-text.ts';
import type { OverheadResult, Recommendation, RunResult } from '../result/run-result.ts';
import { amount, header, verdict } from './text.ts';

/** What a terminal can show. */
export interface Terminal {
  /** Characters in a line. */
  width: number;
  colours: boolean;
}

/** Narrower ones are treated as if they were as wide; where nothing says how wide it is, the usual width. */
const NARROWEST = 40;
const USUAL_WIDTH = 80;

type Colour = 'good' | 'bad' | 'unsure';

/** Select graphic rendition (ECMA-48, 8.3.117): bold with green, red or yellow. */
const SGR: Readonly<Record<Colour, string>> = { good: '1;32', bad: '1;31', unsure: '1;33' };

const COLOURS: Readonly<Partial<Record<RunResult['outcome']['status'], Colour>>> = {
  passed: 'good',
  'noise floor': 'good',
  failed: 'bad',
  'broken report': 'bad',
  invalid: 'bad',
  'not run': 'bad',
};

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
export function terminalReport(result: RunResult, { width, colours }: Terminal): string {
  const { overhead, outcome, recommendations, notes } = result;
  const gated = overhead !== null && outcome.status !== 'not gated';
  const colour = COLOURS[outcome.status] ?? 'unsure';
  const [first = '', ...more] = wrap(gated ? verdictLine(overhead) : verdict(result), width, 0);
  const rows = gated ? [...overheadRows(overhead), ...attributionRows(result)] : loadRows(result);
  const paint = (text: string) => (colours ? `\u001b[${SGR[colour]}m${text}\u001b[0m` : text);
  return [
    ...wrap(header(result), width, 0),
    paint(first),
    ...more.map(paint),
    '',
    ...table(rows).flatMap((line) => wrap(line, width, 2)),
    ...(recommendations.length === 0 ? [] : ['']),
    ...recommendations.flatMap((one) => advice(one, width)),
    ...(notes.length === 0 ? [] : ['']),
    ...notes.flatMap((note) => wrap(printable(note, 1_000), width, 2)),
    '',
  ].join('\n');
}

function overheadRows(overhead: OverheadResult): string[][] {
  const { estimateMs, interval, bounds, budgetMs, measuredBlocks, plannedBlocks } = overhead;
  const range = ({ lowerMs, upperMs }: { lowerMs: number; upperMs: number }) =>
    `${humanMs(lowerMs)} to ${humanMs(upperMs)}`;
  return [
    ['Overhead at P95', estimateMs === null ? 'not measured' : humanMs(estimateMs), ''],
    ['95 % interval', interval === null ? 'none yet' : range(interval), ''],
    ['Budget', humanMs(budgetMs), bounds === null ? '' : `decided by ${range(bounds)}`],
    ...comparedArms(overhead).map(({ name, p95Ms, flags }) => [
      `P95, ${name}`,
      p95Ms === null ? 'not measured' : humanMs(p95Ms),
      describeFlags(flags),
    ]),
    ['Blocks', `${measuredBlocks} of ${plannedBlocks}`, ''],
    ...overhead.guards
      .filter(({ held }) => !held)
      .map(({ name, message }) => ['NOT HELD', name, printable(message, 300)]),
  ];
}

/** Which flag costs what, where the run asked for it. */
function attributionRows({ attribution }: RunResult): string[][] {
  if (attribution === null) return [];
  return shareRows(attribution).map(({ name, share }) => [
    name,
    humanMs(share.shareMs),
    `95 % ${intervalOf(share)}, ${meaningOf(share)}`,
  ]);
}

/** Latency, then the gates: what was seen, and what was asked for. */
function loadRows({ latency: { successful }, requests, gates }: RunResult): string[][] {
  const numbers: [string, number][] =
    successful === null
      ? []
      : [
          ['P50', successful.p50Ms],
          ['P95', successful.p95Ms],
          ['P99', successful.p99Ms],
          ['Mean', successful.meanMs],
        ];
  return [
    ...numbers.map(([name, ms]) => [name, humanMs(ms), '', '']),
    ['Requests', `${requests.total}, ${requests.perSecond.toFixed(1)}/s`, '', ''],
    ...(requests.errorRate === null ? [] : [['Errors', humanShare(requests.errorRate), '', '']]),
    ...gates.map((gate) => [
      gate.name,
      gate.observed === null ? 'no samples' : amount(gate, gate.observed),
      `${gate.operator ?? ''} ${amount(gate, gate.limit)}`,
      gate.status === 'passed' ? 'ok' : gate.status.toUpperCase(),
    ]),
  ];
}

function advice({ title, evidence, change }: Recommendation, width: number): string[] {
  return [
    ...wrap(title, width, 0),
    ...evidence.flatMap((text) => wrap(printable(text, 300), width, 4)),
    ...wrap(`→ ${change}`, width, 2),
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
