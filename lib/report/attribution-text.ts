/** Shares of the overhead as text. */
import { humanMs, table } from '../format/format.ts';
import type { AttributionResult, OverheadResult, Share } from '../result/run-result.ts';

/** Width of the largest bar. */
const BAR = 24;

/** What is left when no flag is on. */
export const REST = 'observability without flags';

/** One part of the overhead, as every report names it. */
export interface Row {
  name: string;
  share: Share;
}

/** The flags, largest first, then what is left without them. */
export function shareRows({ shares, rest }: AttributionResult): Row[] {
  return [...shares.map(({ flag, ...share }) => ({ name: flag, share })), { name: REST, share: rest }];
}

/** The interactions that chance does not explain. */
export function interactionRows({ interactions }: AttributionResult): Row[] {
  return interactions.map(({ flags, orOf, ...share }) => ({
    name: `${flags.join(' and ')}${orOf === null ? '' : `, or ${orOf.join(' and ')}`}`,
    share,
  }));
}

/** `a cause`, `a saving`, or that chance explains it. */
export function meaningOf({ isCause, isSaving }: Share): string {
  return isCause ? 'a cause' : isSaving ? 'a saving' : 'may be chance';
}

/** `55.1 ms to 66.0 ms`. */
export function intervalOf({ interval }: Pick<Share, 'interval'>): string {
  return interval === null ? 'none yet' : `${humanMs(interval.lowerMs)} to ${humanMs(interval.upperMs)}`;
}

/** What the shares are shares of, in a few words. */
export function titleOf({ of, design }: AttributionResult): string {
  return `Shares of the overhead at P95, ${of === 'direct' ? 'by request header, ' : ''}${design === 'full' ? 'all' : 'half'} of the combinations`;
}

/** The sections of the report, each a title with its lines. */
export function attributionSections(
  attribution: AttributionResult,
  { estimateMs }: Pick<OverheadResult, 'estimateMs'>,
): [title: string, lines: string[]][] {
  return [
    [titleOf(attribution), [...shares(attribution), ...sum(estimateMs)]],
    ['Interactions, beyond what each flag costs', table(interactionRows(attribution).map(rowOf))],
    ...capacitySections(attribution),
  ];
}

function shares(attribution: AttributionResult): string[] {
  const rows = shareRows(attribution);
  const largest = Math.max(...rows.map(({ share }) => Math.abs(share.shareMs)));
  return table(rows.map((row) => [...rowOf(row), bar(row.share.shareMs, largest)]));
}

function rowOf({ name, share }: Row): string[] {
  return [name, humanMs(share.shareMs).padStart(9), `95 % ${intervalOf(share)}`, meaningOf(share)];
}

function bar(value: number, largest: number): string {
  return largest === 0 ? '' : '█'.repeat(Math.round((Math.max(0, value) / largest) * BAR));
}

function sum(estimateMs: number | null): string[] {
  return estimateMs === null ? [] : [`Together they are the overhead: ${humanMs(estimateMs)}.`];
}

/** What waiting for each other costs, where a whole-system run lies beside. */
export function capacitySections({ capacity }: AttributionResult): [title: string, lines: string[]][] {
  if (capacity === null) return [];
  const { wholeMs, directMs, shareMs, shares: byFlag, beside } = capacity;
  return [
    [
      `Capacity share: what requests wait for each other, beside the run of ${beside}`,
      table([
        ['whole system', humanMs(wholeMs).padStart(9)],
        ['by request header', humanMs(directMs).padStart(9)],
        ['capacity share', humanMs(shareMs).padStart(9), `95 % ${intervalOf(capacity)}`],
        ...byFlag.map((share) => [
          `  of it ${share.flag}`,
          humanMs(share.shareMs).padStart(9),
          `95 % ${intervalOf(share)}`,
        ]),
      ]),
    ],
  ];
}
