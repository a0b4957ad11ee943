/** JSON of an answer, whose sender may write anything. */
import type { Json } from '../../thresholds/types.ts';

/** `undefined` where it is none. */
export function jsonOf(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
