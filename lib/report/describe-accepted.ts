/** A run beside the accepted runs of its kind, as a section of a report. */
import { humanRange, signed } from '../format/format.ts';
import type { AgainstAccepted, Difference, Reading } from '../history/accepted.ts';
import { table, text, type Cell, type Section, type Tone } from './document.ts';

/** The title says what it is not: a gate. */
const TITLE = 'Against the accepted runs';

export function describeAccepted({ runs, differences }: AgainstAccepted): Section {
  if (differences.length === 0) return { title: TITLE, parts: [text(`Nothing to compare with: ${runs}.`)] };
  return {
    title: TITLE,
    parts: [
      table(
        ['Metric', 'This run', 'Accepted, mean', 'Runs', 'Δ', '95 % interval of Δ', 'Reading'],
        differences.map(row),
        1,
      ),
      text(
        `${runs}. The interval comes from how much they differ among each other: where it holds 0, this run is one of them. No gate.`,
      ),
    ],
  };
}

function row({ metric, now, accepted, runs, size, interval, reading }: Difference): Cell[] {
  return [
    metric.title,
    metric.human(now),
    metric.human(accepted),
    String(runs),
    signed(size, metric.human),
    interval === null
      ? 'none: one accepted run'
      : humanRange(interval.lower, interval.upper, (value) => signed(value, metric.human)),
    cellOf(reading),
  ];
}

function cellOf(reading: Reading): Cell {
  const tones: Record<Reading, Tone> = {
    worse: 'bad',
    better: 'good',
    'not known': 'unsure',
    small: 'plain',
    'within the spread': 'plain',
  };
  const words = reading === 'small' ? 'too small to count' : reading;
  const tone = tones[reading];
  return tone === 'plain' ? words : { text: words, tone };
}
