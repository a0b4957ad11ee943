/** Fewer points for the same picture: an hour of seconds is more than a screen has columns. */

/** Seconds from the start of the run, and the value then. */
export type Point = readonly [seconds: number, value: number];

/**
 * At most `most` points: of each of `most / 2` equal spans of time the smallest and the largest value, in their order.
 * Peaks stay; their time may be off by no more than half a span, since all series share the same x values.
 * @param end seconds at which the last span ends
 */
export function thin(points: readonly Point[], most: number, end: number): Point[] {
  if (points.length <= most) return [...points];
  const spans = Math.max(1, Math.floor(most / 2));
  const width = end / spans;
  const found = new Map<number, { low: Point; high: Point }>();
  for (const point of points) {
    const span = Math.min(spans - 1, Math.max(0, Math.floor(point[0] / width)));
    const known = found.get(span);
    found.set(span, {
      low: known === undefined || point[1] < known.low[1] ? point : known.low,
      high: known === undefined || point[1] > known.high[1] ? point : known.high,
    });
  }
  return [...found].sort(([a], [b]) => a - b).flatMap(([span, ends]) => pair(span * width, width, ends));
}

/** Two points at a quarter and three quarters of a span, in the order in which they came. */
function pair(start: number, width: number, { low, high }: { low: Point; high: Point }): Point[] {
  const [first, second] = low[0] <= high[0] ? [low, high] : [high, low];
  const at = (share: number) => Number((start + share * width).toFixed(2));
  return [
    [at(0.25), first[1]],
    [at(0.75), second[1]],
  ];
}
