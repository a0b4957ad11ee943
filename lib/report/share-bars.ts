/** Shares of the overhead as bars with their intervals. */
import { interactionRows, intervalOf, meaningOf, shareRows, titleOf, type Row } from './attribution-text.ts';
import { humanMs } from '../format/format.ts';
import type { AttributionResult, OverheadResult, Share } from '../result/run-result.ts';
import { table, text, type Bars, type Section, type Tone } from './document.ts';

/** Which flag costs what: bars, the interactions, and what only waiting costs. Empty where no shares were asked for. */
export function attributionSection(
  attribution: AttributionResult | null,
  { estimateMs }: Pick<OverheadResult, 'estimateMs'>,
): Section[] {
  if (attribution === null) return [];
  const interactions = interactionRows(attribution);
  const sum = estimateMs === null ? '' : ` Together they are the overhead: ${humanMs(estimateMs)}.`;
  return [
    {
      title: 'Shares of the overhead',
      parts: [
        { kind: 'bars', bars: barsOf(attribution) },
        text(
          `${titleOf(attribution)}.${sum} A share is a cause only where chance does not explain it, for all shares together.`,
        ),
        ...(interactions.length === 0
          ? []
          : [
              table(
                ['Interaction', 'Beyond each alone', '95 % interval', 'Meaning'],
                interactions.map(cellsOf),
              ),
            ]),
        ...capacity(attribution),
      ],
    },
  ];
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

function capacity({ capacity: of }: AttributionResult): Section['parts'] {
  if (of === null) return [];
  return [
    table(
      ['Whole system and request header', 'At P95', '95 % interval'],
      [
        ['Whole system', humanMs(of.wholeMs), ''],
        ['By request header', humanMs(of.directMs), ''],
        ['Capacity share: what requests wait for each other', humanMs(of.shareMs), intervalOf(of)],
        ...of.shares.map((share) => [`of it ${share.flag}`, humanMs(share.shareMs), intervalOf(share)]),
      ],
    ),
    text(`The whole-system run is that of ${of.beside}.`),
  ];
}
