import { at } from './element.ts';

/**
 * The first whole number from `from` on that meets a condition which then holds for all larger ones, by halving.
 * @param end is returned where none below it meets the condition
 */
export function firstWhere(from: number, end: number, condition: (value: number) => boolean): number {
  let [low, high] = [from, end];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (condition(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first index whose value meets a condition that stays met from there on; the length if none does. */
export function firstIndex(values: ArrayLike<number>, condition: (value: number) => boolean): number {
  return firstWhere(0, values.length, (i) => condition(at(values, i)));
}
