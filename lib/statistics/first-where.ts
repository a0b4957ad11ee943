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
