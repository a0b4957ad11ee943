import type { Json } from '../../thresholds/types.ts';

/** The value at a dotted path of an answer; the answer itself for an empty path. */
export function at(answer: Json | undefined, path: string): Json | undefined {
  if (path === '') return answer;
  return path.split('.').reduce<Json | undefined>((value, key) => {
    if (value === null || typeof value !== 'object') return undefined;
    return Array.isArray(value) ? value[Number(key)] : value[key];
  }, answer);
}
