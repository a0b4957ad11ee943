/** Of what waits, the first that fits begins as soon as there are places for it; gives what came of each, as they end. */
export function runAll<T, R>(
  all: readonly T[],
  run: (one: T) => Promise<R>,
  places: number,
  placesOf: (one: T) => number,
): Promise<R[]>;
