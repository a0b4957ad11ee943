// Seeded draws of waits.
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Distribution } from './injection.ts';

/** A seeded source of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** A seeded source of waits in milliseconds; the same seed gives the same sequence. */
export function drawFrom(distribution: Distribution): () => number {
  const uniform = seeded(distribution.seed);
  switch (distribution.kind) {
    case 'exponential':
      return () => -distribution.meanMs * Math.log(1 - uniform());
    case 'uniform':
      return () => distribution.minMs + (distribution.maxMs - distribution.minMs) * uniform();
    case 'lognormal': {
      // Mean and standard deviation of the waits → parameters of their logarithms.
      const variance = Math.log(1 + (distribution.sdMs / distribution.meanMs) ** 2);
      const mu = Math.log(distribution.meanMs) - variance / 2;
      return () => Math.exp(mu + Math.sqrt(variance) * standardNormal(uniform));
    }
  }
}

/** Box–Muller; 1 − u keeps the logarithm away from 0. */
function standardNormal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
