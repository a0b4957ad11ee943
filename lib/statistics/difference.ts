import { reachOfSum, type Bounds } from './contrast.ts';

/** A number with its 95 % interval. */
export interface Measured {
  readonly value: number;
  readonly interval: Bounds;
}

/** The difference of two numbers of independent measurements. */
export function difference(first: Measured, second: Measured): Measured {
  const reachOf = ({ value, interval }: Measured) => ({
    below: value - interval.lower,
    above: interval.upper - value,
  });
  const { below, above } = reachOfSum([
    { weight: 1, ...reachOf(first) },
    { weight: -1, ...reachOf(second) },
  ]);
  const value = first.value - second.value;
  return { value, interval: { lower: value - below, upper: value + above } };
}
