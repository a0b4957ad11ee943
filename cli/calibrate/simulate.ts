/** The bars that the statistics must meet, by simulation: no target, no k6. */
import { runCalibration, FULL_SIZE, type BarResult } from '../../test/support/calibration-criteria.ts';
import { table } from '../../lib/format/format.ts';
import { UsageError } from '../errors.ts';
import { progress, say } from '../say.ts';

/**
 * Runs all bars with fixed seeds and prints their table; progress goes to standard error.
 * @returns 1 if a bar is missed, or met by a wrong estimator, else 0
 */
export function simulateBars(replicates: string | undefined): number {
  const size = replicates === undefined ? FULL_SIZE : Number(replicates);
  if (!(Number.isInteger(size) && size >= 20 && size <= 1_000_000)) {
    throw new UsageError(`--replicates: '${replicates ?? ''}'; a whole number from 20 to 1000000`);
  }
  progress(`${size} replicates a case (the bars are meant for ${FULL_SIZE})`);
  const start = performance.now();
  const bars = runCalibration(size, (done, all) => {
    const seconds = (performance.now() - start) / 1_000;
    progress(`case ${done}/${all}, ${seconds.toFixed(0)} s`);
  });
  const { lines, code } = describeBars(bars, size);
  say(...lines);
  return code;
}

export function describeBars(bars: readonly BarResult[], size: number): { lines: string[]; code: number } {
  // A wrong estimator may meet a bar by chance where few sessions are drawn.
  const isAsItShould = ({ met, isControl, known }: BarResult) =>
    isControl ? !met || size < FULL_SIZE : met || known !== undefined;
  const known = bars.filter((bar) => !bar.met && bar.known !== undefined);
  const missed = bars.filter((bar) => !isAsItShould(bar));
  const controls = bars.filter(({ isControl }) => isControl);
  const lines = [
    ...table([['bar', 'measured', 'allowed', ''], ...bars.map(row)]),
    '',
    `${bars.length - controls.length} bars, ${controls.length} wrong estimators that must miss one: ${bars.length - missed.length - known.length} as they should, ${known.length} missed as known, ${missed.length} not`,
    ...new Set(known.map((bar) => `known: ${bar.known ?? ''}`)),
  ];
  return { lines, code: missed.length === 0 ? 0 : 1 };
}

function row(bar: BarResult): string[] {
  return [
    bar.name,
    bar.measured.toFixed(3),
    bar.limit.map((limit) => limit.toFixed(3)).join('…'),
    status(bar),
  ];
}

function status({ met, byChance, isControl, known }: BarResult): string {
  if (isControl) return met ? 'met by a wrong estimator' : 'missed, as it must be';
  if (met) return byChance ? 'met, within chance' : 'met';
  return known === undefined ? 'MISSED' : 'missed, as known';
}
