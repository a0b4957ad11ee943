/** What the bench's table is made of. A file in rows/ exports one `Row`; main.ts lists them. */
import { median } from 'simple-statistics';
import { runK6, type BenchLoad, type K6Figures, type Script } from './k6-process.ts';

/** One measurement, which may give several lines of the table. */
export interface Row {
  name: string;
  measure: (bench: Bench) => Promise<Line[]>;
}

/** A line of the table: what is measured, what is asked for, what came out. */
export interface Line {
  what: string;
  bar: string;
  figure: string;
  met: boolean;
}

/** Where and how thoroughly to measure. */
export interface Bench {
  k6: string;
  baseUrl: string;
  /** Pairs of runs of a row that needs `usual` of them. */
  pairs: (usual: number) => number;
  /** Seconds of a load that usually takes as long. */
  seconds: (usual: number) => number;
  /** Says how far it is. */
  progress: (text: string) => void;
}

/** Two scripts under the same load, one after the other: by default the guide's own and the suite's. */
export interface Pair {
  guide: K6Figures;
  suite: K6Figures;
}

/** Runs pairs in alternating order, so that what changes slowly on a machine strikes both alike. */
export async function runPairs(
  bench: Bench,
  name: string,
  pairs: number,
  load: BenchLoad,
  scripts: Readonly<Record<keyof Pair, Script>> = { guide: 'guide', suite: 'suite' },
): Promise<Pair[]> {
  const measured: Pair[] = [];
  for (let pair = 0; pair < pairs; pair += 1) {
    bench.progress(`${name}: pair ${pair + 1} of ${pairs}`);
    const run = (side: keyof Pair) => runK6(bench.k6, scripts[side], bench.baseUrl, load);
    if (pair % 2 === 0) {
      const guide = await run('guide');
      measured.push({ guide, suite: await run('suite') });
    } else {
      const suite = await run('suite');
      measured.push({ guide: await run('guide'), suite });
    }
  }
  return measured;
}

/** A line for the median, over pairs, of suite ÷ guide. */
export function ratioLine(
  what: string,
  pairs: readonly Pair[],
  of: (figures: K6Figures) => number,
  bar: { atMost: number } | { atLeast: number },
  unit: (value: number) => string,
): Line {
  const ratio = median(pairs.map(({ guide, suite }) => of(suite) / of(guide)));
  const sides = (['suite', 'guide'] as const).map((side) =>
    unit(median(pairs.map((pair) => of(pair[side])))),
  );
  const met = 'atMost' in bar ? ratio <= bar.atMost : ratio >= bar.atLeast;
  return {
    what: `${what}, median of ${pairs.length} pairs`,
    bar:
      'atMost' in bar
        ? `≤ ${bar.atMost.toFixed(2)} of the guide's script`
        : `≥ ${bar.atLeast.toFixed(2)} of it`,
    figure: `${ratio.toFixed(3)} (${sides.join(' against ')})`,
    met,
  };
}
