/** When an experiment's arms were under load: what a chart over time shades behind its lines. */
import type { OverheadResult, RunResult } from '../result/run-result.ts';

/** A stretch of the time axis. */
export interface Span {
  fromSeconds: number;
  toSeconds: number;
  /** From 1. */
  block: number;
  /** Index of the arm's colour; null where all arms of a block share its time. */
  colour: number | null;
}

/** Colours tell so many arms apart; of more only the blocks are marked. */
const MOST_ARMS = 2;

/** What 0 s of every chart over time is, in ms since 1970: the start of the timeline, or that of the first arm. */
export function startOfAxis({ overhead, timeline }: RunResult): number | null {
  if (timeline?.startedAtMs !== undefined) return timeline.startedAtMs;
  const starts = (overhead?.arms ?? []).flatMap(({ blocks }) =>
    blocks.flatMap((block) => block?.startedAtMs ?? []),
  );
  return starts.length === 0 ? null : Math.min(...starts);
}

/** In the order of time; empty where the result does not say when its blocks were. */
export function spansOf(result: RunResult): Span[] {
  const { overhead, configuration } = result;
  const { seconds } = configuration.load;
  const start = startOfAxis(result);
  if (overhead === null || start === null || typeof seconds !== 'number') return [];
  const second = (ms: number) => (ms - start) / 1_000;
  const byArm = overhead.mode === 'toggle' && overhead.arms.length <= MOST_ARMS;
  const span = (block: number, colour: number | null, from: number, to: number): Span => ({
    fromSeconds: second(from),
    toSeconds: second(to) + seconds,
    block,
    colour,
  });
  return startsOf(overhead)
    .flatMap(({ block, starts }) => {
      if (byArm) return starts.map(({ arm, ms }) => span(block, arm, ms, ms));
      const times = starts.map(({ ms }) => ms);
      return [span(block, null, Math.min(...times), Math.max(...times))];
    })
    .sort((a, b) => a.fromSeconds - b.fromSeconds);
}

/** What is shaded, in words; null where nothing is. */
export function describeSpans(result: RunResult): string | null {
  const [first] = spansOf(result);
  if (first === undefined) return null;
  const arms = result.overhead?.arms.map(({ name }) => name) ?? [];
  return first.colour === null
    ? 'Shaded in every chart over time, with its number: the measured time of each block.'
    : `Shaded in every chart over time: the measured time of ${arms.join(' and of ')}, each in the colour of its arm; the numbers are those of the blocks.`;
}

/** The starts of each block's arms; a block of which one is not known is left out. */
function startsOf({ arms }: OverheadResult): { block: number; starts: { arm: number; ms: number }[] }[] {
  const blocks = arms[0]?.blocks.length ?? 0;
  return Array.from({ length: blocks }, (_, b) => ({
    block: b + 1,
    starts: arms.flatMap(({ blocks: own }, arm) => {
      const ms = own[b]?.startedAtMs ?? null;
      return ms === null ? [] : [{ arm, ms }];
    }),
  })).filter(({ starts }) => starts.length === arms.length && starts.length > 0);
}
