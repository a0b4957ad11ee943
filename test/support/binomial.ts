/**
 * P(X ≥ count) for a binomial X: weights relative to the middle, by their ratio from term to term.
 * @param probability of one success, 0…1
 */
export function binomialTail(count: number, trials: number, probability: number): number {
  if (count <= 0 || probability === 1) return 1;
  if (count > trials || probability === 0) return 0;
  const odds = probability / (1 - probability);
  const middle = Math.floor(trials * probability);
  let all = 0;
  let tail = 0;
  const add = (k: number, weight: number) => {
    all += weight;
    if (k >= count) tail += weight;
  };
  for (let k = middle, weight = 1; k <= trials; k++) {
    add(k, weight);
    weight *= (odds * (trials - k)) / (k + 1);
  }
  for (let k = middle, weight = 1; k > 0; k--) {
    weight *= k / (odds * (trials - k + 1));
    add(k - 1, weight);
  }
  return tail / all;
}
