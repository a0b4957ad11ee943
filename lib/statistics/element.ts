/**
 * The element at `index`. Typed as a number, because an index that is out of range throws: numerical loops
 * stay readable under `noUncheckedIndexedAccess`, and a wrong index never becomes NaN.
 */
export function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no element ${index} in a list of ${values.length}`);
  return value;
}
