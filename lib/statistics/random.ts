import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers that its seed determines. */
export interface Random {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** A whole number in 0…below − 1, each as likely. */
  integer(below: number): number;
  /** Standard normal: mean 0, standard deviation 1. */
  normal(): number;
  /** Exponential with mean 1. */
  exponential(): number;
}

/**
 * A stream of random numbers. Streams of different seeds are unrelated, so that each use names its own
 * (`${seed}/block/3`), and one more draw in one of them changes no other.
 * The generator is pure-rand's xoroshiro128+ (1 KB in a bundle).
 * @param seed any text or number; 7 and '7' are the same seed
 */
export function seeded(seed: string | number): Random {
  const generator = xoroshiro128plus(hash(String(seed)));
  // Its state starts with few bits set; the first outputs of near seeds are alike.
  for (let i = 0; i < 32; i++) generator.next();
  const uniform = () => uniformFloat64(generator);
  return {
    uniform,
    integer: (below) => uniformInt(generator, 0, below - 1),
    normal: normals(uniform),
    exponential: () => -Math.log(1 - uniform()),
  };
}

/** Normal draws from uniform ones, two at a time (Box & Muller 1958). */
function normals(uniform: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const kept = spare;
      spare = undefined;
      return kept;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    const angle = 2 * Math.PI * uniform();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}

/** `list` in random order (Fisher & Yates); the list itself stays as it is. */
export function shuffled<T>(list: readonly T[], random: Random): T[] {
  const rest = list.slice();
  const drawn: T[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(random.integer(rest.length), 1));
  return drawn;
}

/** 32 bits of a text: FNV-1a, then the finaliser of MurmurHash3 so that near texts differ in every bit. */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
