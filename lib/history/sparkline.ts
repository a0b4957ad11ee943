/** A series in one line of text. */

const BARS = '▁▂▃▄▅▆▇█';
/** More than a terminal has columns beside words. */
const LONGEST = 60;

/** A bar for each of the latest values, from the smallest to the largest of them. */
export function sparkline(values: readonly number[]): string {
  const shown = values.slice(-LONGEST);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  return shown
    .map((value) => {
      const height = high > low ? (value - low) / (high - low) : 0;
      return BARS.charAt(Math.min(BARS.length - 1, Math.floor(height * BARS.length)));
    })
    .join('');
}
