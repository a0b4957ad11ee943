/** What a monitoring endpoint answers, JSON of any shape or Prometheus text, as numbers by path. */

/** Deeper values and further numbers are not looked at: an answer is read each second beside a load. */
const DEEPEST = 12;
const MOST_NUMBERS = 2_000;

/**
 * The numbers of an answer by their paths: `langfuse.queued` in JSON, `name{label="value"}` in Prometheus text.
 * @returns `null` where it is neither, or holds no number
 */
export function readNumbers(text: string): Map<string, number> | null {
  const json = parseJson(text);
  const numbers = json === undefined ? prometheusSamples(text) : numericLeaves(json);
  return numbers.size === 0 ? null : numbers;
}

/** JSON, `undefined` where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Every number of a JSON value, and every text that is one, by its path with dots; items of lists by index. */
export function numericLeaves(value: unknown): Map<string, number> {
  const leaves = new Map<string, number>();
  collect(value, '', 0, leaves);
  return leaves;
}

function collect(value: unknown, path: string, depth: number, into: Map<string, number>): void {
  if (into.size >= MOST_NUMBERS || depth > DEEPEST) return;
  if (typeof value === 'object' && value !== null) {
    const inner = value as Readonly<Record<string, unknown>>;
    // Not for … of entries: in k6's runtime each step of an iterator makes objects, and this runs beside a load.
    Object.keys(value).forEach((key) => {
      collect(inner[key], path === '' ? key : `${path}.${key}`, depth + 1, into);
    });
    return;
  }
  const number = numberOf(value);
  if (number !== null) into.set(path, number);
}

/** Databases and big integers come as text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) return null;
  return Number(value);
}

/**
 * The samples of Prometheus text by name and labels; comments, time stamps and values that are no number are left out.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusSamples(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    if (samples.size >= MOST_NUMBERS) break;
    const match = /^([A-Za-z_:][\w:]*)\s*(\{.*\})?\s+(\S+)(?:\s+-?\d+)?\s*$/.exec(line);
    if (match === null) continue;
    const [, name = '', labels = '', value = ''] = match;
    const number = Number(value);
    if (Number.isFinite(number)) samples.set(labels === '{}' ? name : `${name}${labels}`, number);
  }
  return samples;
}
