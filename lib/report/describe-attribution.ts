/** Which flag costs what: shares of the overhead as bars with their intervals, and what only waiting costs. */
import { humanMs } from '../format/format.ts';
import { describeDesign } from '../result/describe-configuration.ts';
import type { AttributionResult, OverheadResult, Share } from '../result/run-result.ts';
import { range } from './cells.ts';
import { filled, table, tableOfAny, text, type Bars, type Section, type Tone } from './document.ts';

export function attributionSections(
  attribution: AttributionResult,
  { estimateMs }: Pick<OverheadResult, 'estimateMs'>,
): Section[] {
  const interactions = interactionRows(attribution);
  const sum = estimateMs === null ? '' : ` Together they are the overhead: ${humanMs(estimateMs)}.`;
  return filled([
    {
      title: 'Shares of the overhead',
      parts: [
        { kind: 'bars', bars: barsOf(attribution) },
        text(
          `${titleOf(attribution)}.${sum} A share is a cause only where chance does not explain it, for all shares together.`,
        ),
      ],
    },
    {
      title: 'Interactions, beyond what each flag costs',
      parts: tableOfAny(['Interaction', 'At P95', '95 % interval', 'Meaning'], interactions.map(cellsOf)),
    },
    capacityShareSection(attribution),
  ]);
}

/** What is left when no flag is on. */
const REST = 'observability without flags';

/** What no single one has a part in. */
const TOGETHER = 'three or more only together';

/** One part of the overhead, as every report names it. */
interface Row {
  name: string;
  share: Share;
}

/** The flags, largest first, then what is left without them. */
function shareRows({ shares, rest, together }: AttributionResult): Row[] {
  return [
    ...shares.map(({ flag, ...share }) => ({ name: flag, share })),
    ...(rest === null ? [] : [{ name: REST, share: rest }]),
    ...(together === null ? [] : [{ name: TOGETHER, share: together }]),
  ];
}

/** The interactions that chance does not explain. */
function interactionRows({ interactions }: AttributionResult): Row[] {
  return interactions.map(({ flags, orOf, ...share }) => ({
    name: [flags, ...pairsOf(orOf ?? [])].map((pair) => pair.join(' and ')).join(', or '),
    share,
  }));
}

function pairsOf(names: readonly string[]): string[][] {
  return names.flatMap((name, i) => (i % 2 === 0 ? [[name, names[i + 1] ?? '']] : []));
}

/** `a cause`, `a saving`, or that chance explains it. */
function meaningOf({ isCause, isSaving }: Share): string {
  return isCause ? 'a cause' : isSaving ? 'a saving' : 'may be chance';
}

/** `55.1 ms to 66.0 ms`. */
function intervalOf({ interval }: Pick<Share, 'interval'>): string {
  return interval === null ? 'none yet' : range(interval);
}

/** What the shares are shares of, in a few words. */
function titleOf({ of, design }: AttributionResult): string {
  return `Shares of the overhead at P95, ${of === 'direct' ? 'by request header, ' : ''}${describeDesign(design)}`;
}

function barsOf(attribution: AttributionResult): Bars {
  return {
    columns: ['Flag', 'Share', '95 % interval', 'Meaning'],
    rows: shareRows(attribution).map((row) => ({
      cells: cellsOf(row),
      value: row.share.shareMs,
      interval: row.share.interval === null ? null : [row.share.interval.lowerMs, row.share.interval.upperMs],
      tone: toneOf(row.share),
    })),
  };
}

function cellsOf({ name, share }: Row): string[] {
  return [name, humanMs(share.shareMs), intervalOf(share), meaningOf(share)];
}

function toneOf({ isCause, isSaving }: Share): Tone {
  return isCause ? 'bad' : isSaving ? 'good' : 'plain';
}

/** What waiting for each other costs, where a whole-system run lies beside; else empty. */
export function capacityShareSection({ capacity: of }: AttributionResult): Section {
  if (of === null) return { title: '', parts: [] };
  return {
    title: `Capacity share: what requests wait for each other, beside the run of ${of.beside}`,
    parts: [
      table(
        ['At P95', 'Overhead', '95 % interval'],
        [
          ['whole system', humanMs(of.wholeMs), ''],
          ['by request header', humanMs(of.directMs), ''],
          ['capacity share', humanMs(of.shareMs), intervalOf(of)],
          ...of.shares.map((share) => [`of it ${share.flag}`, humanMs(share.shareMs), intervalOf(share)]),
        ],
      ),
    ],
  };
}
