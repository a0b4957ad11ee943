// Similarity logging: a vector for each request, compared with those of the latest requests.

/** Length of a vector. */
export const dimensions = 128;
/** Vectors that a new one is compared with. */
const remembered = 512;

export interface Neighbour {
  readonly executionId: string;
  /** Cosine, −1 to 1. */
  readonly score: number;
}

/** Compares each message with the latest ones; old vectors make room. */
export class SimilarityIndex {
  readonly #vectors = Array.from({ length: remembered }, () => new Float32Array(dimensions));
  readonly #ids: string[] = [];
  #next = 0;

  /** The most similar remembered message; undefined for the first one. The message is remembered. */
  compare(executionId: string, vector: Float32Array): Neighbour | undefined {
    const neighbour = this.#nearest(vector);
    this.#vectors[this.#next]?.set(vector);
    this.#ids[this.#next] = executionId;
    this.#next = (this.#next + 1) % remembered;
    return neighbour;
  }

  #nearest(vector: Float32Array): Neighbour | undefined {
    let nearest: Neighbour | undefined;
    for (const [index, executionId] of this.#ids.entries()) {
      const stored = this.#vectors[index];
      if (stored === undefined) continue;
      const score = dot(vector, stored);
      if (nearest === undefined || score > nearest.score) nearest = { executionId, score };
    }
    return nearest;
  }
}

/** Hashed counts of the message's three-letter sequences (FNV-1a), scaled to length 1. */
export function embed(message: string): Float32Array {
  const text = message.toLowerCase();
  const vector = new Float32Array(dimensions);
  for (let start = 0; start < Math.max(1, text.length - 2); start += 1) {
    let hash = 0x811c9dc5;
    for (let index = start; index < start + 3; index += 1)
      hash = Math.imul(hash ^ (text.charCodeAt(index) || 0), 0x01000193);
    const slot = (hash >>> 1) % dimensions;
    // The lowest bit is the sign, so that collisions cancel out instead of adding up.
    vector[slot] = (vector[slot] ?? 0) + ((hash & 1) === 0 ? 1 : -1);
  }
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index += 1) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
