/** The same arrivals: does the suite measure the same latency? */
import { mean, median, sampleStandardDeviation } from 'simple-statistics';
import { studentQuantile } from '../../../lib/overhead/student-t.ts';
import { runPairs, type Row } from '../row.ts';

const PER_SECOND = 500;

export const latency: Row = {
  name: 'latency',
  async measure(bench) {
    const pairs = await runPairs(bench, 'latency', bench.pairs(15), {
      of: 'arrivals',
      stages: [
        { duration: '1s', target: PER_SECOND },
        { duration: `${bench.seconds(6)}s`, target: PER_SECOND },
      ],
      thinkTimeSeconds: 0,
    });
    const differences = pairs.map(({ guide, suite }) => suite.p95Ms - guide.p95Ms);
    const [from, to] = interval(differences);
    const p95 = (side: 'suite' | 'guide') => median(pairs.map((pair) => pair[side].p95Ms)).toFixed(2);
    return [
      {
        what: `P95 at ${PER_SECOND} arrivals/s, difference over ${pairs.length} pairs, 95 % interval`,
        bar: 'holds 0',
        figure: `${from.toFixed(3)} … ${to.toFixed(3)} ms (medians ${p95('suite')} against ${p95('guide')} ms)`,
        met: from <= 0 && to >= 0,
      },
    ];
  },
};

/** Student's interval of the mean at 95 %. */
function interval(values: readonly number[]): [number, number] {
  const half =
    (studentQuantile(0.025, values.length - 1) * sampleStandardDeviation([...values])) /
    Math.sqrt(values.length);
  const middle = mean([...values]);
  return [middle - half, middle + half];
}
