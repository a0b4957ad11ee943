/** JSON from files that someone hands in. */

/** No file that is read here comes near. */
const DEEPEST = 100;

/**
 * The value of a JSON text.
 * @throws Error what is wrong with it, to stand behind the file's name
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('not JSON, or cut short');
  }
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST) throw new Error(`nested more than ${DEEPEST} levels deep`);
    // JSON.parse makes Infinity of `1e999`.
    if (level.some((one) => typeof one === 'number' && !Number.isFinite(one)))
      throw new Error('holds a number that is too large, such as 1e999');
    level = level.flatMap((one): unknown[] =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
  }
  return value;
}
