/** A linear contrast: weights by name, which sum to 0. Names that are left out weigh 0. */
export type Contrast = Readonly<Record<string, number>>;

/** Two ends of an interval, or two one-sided bounds. */
export interface Bounds {
  readonly lower: number;
  readonly upper: number;
  /** An end is that of the range of possible values: the blocks say nothing of it yet. */
  readonly isOpen?: boolean;
}

/** How far a number may lie below and above its estimate; both at least 0. */
export interface Reach {
  readonly below: number;
  readonly above: number;
}

/** One number of a weighted sum. */
interface Term extends Reach {
  readonly weight: number;
}

/**
 * How far a weighted sum may lie from its value. Each side comes from the ends of the terms that push the sum there, so that
 * intervals which are not symmetric keep their shape (MOVER: Zou & Donner 2008, Statistics in Medicine 27, 1693–1702).
 * @param correlation of two terms by their index, −1…1; 0 where they are independent
 */
export function reachOfSum(
  terms: readonly Term[],
  correlation: (i: number, j: number) => number = () => 0,
): Reach {
  const side = (towards: 'below' | 'above', against: 'below' | 'above'): number => {
    const distances = terms.map((term) => term.weight * (term.weight > 0 ? term[towards] : term[against]));
    let squares = 0;
    distances.forEach((first, i) => {
      squares += first * first;
      for (let j = 0; j < i; j += 1) squares += 2 * correlation(i, j) * first * (distances[j] ?? 0);
    });
    return Math.sqrt(Math.max(0, squares));
  };
  return { below: side('below', 'above'), above: side('above', 'below') };
}
