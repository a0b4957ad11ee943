/** What a monitoring endpoint answers, JSON of any shape or Prometheus text, as numbers by path. */
import { jsonOf } from '../format/json.ts';

/** Deeper values, longer texts and further names are not read: an answer is read each second beside a load. */
const DEEPEST = 12;
export const MOST_CHARACTERS = 1_000_000;
export const MOST_NAMES = 5_000;

/** The numbers of an answer, as far as it is read. */
export interface Numbers {
  /** `langfuse.queued` in JSON, `name{label="value"}` in Prometheus text. */
  values: Map<string, number>;
  /** There were more of them. */
  cut: boolean;
}

/**
 * @param wanted the paths that are looked for; all where it is left out. Looking for few takes a fraction of the time.
 * @returns `null` where the answer is neither JSON nor Prometheus text, or holds no number
 */
export function readNumbers(text: string, wanted?: readonly string[]): Numbers | null {
  const json = jsonOf(text);
  const numbers = json === undefined ? prometheusSamples(text, wanted) : numericLeaves(json);
  if (numbers.values.size > 0) return numbers;
  // What is wanted may have gone, in an answer that is as good as before.
  return wanted !== undefined && text.split('\n').some((line) => SAMPLE.test(line)) ? numbers : null;
}

/** Every number of a JSON value, and every text that is one, by its path with dots; items of lists by index. */
export function numericLeaves(value: unknown): Numbers {
  const leaves: Numbers = { values: new Map(), cut: false };
  collect(value, '', 0, leaves);
  return leaves;
}

function collect(value: unknown, path: string, depth: number, into: Numbers): void {
  if (into.cut || depth > DEEPEST) return;
  if (typeof value === 'object' && value !== null) {
    const inner = value as Readonly<Record<string, unknown>>;
    // Not for … of entries: in k6's runtime each step of an iterator makes objects, and this runs beside a load.
    Object.keys(value).forEach((key) => {
      collect(inner[key], path === '' ? key : `${path}.${key}`, depth + 1, into);
    });
    return;
  }
  const number = numberOf(value);
  if (number !== null) put(path, number, into);
}

function put(path: string, number: number, into: Numbers): void {
  if (into.values.size < MOST_NAMES) into.values.set(path, number);
  else into.cut = true;
}

/** Databases and big integers come as text. */
function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) return null;
  return Number(value);
}

/** A sample: name, labels, value; then perhaps a time stamp and an exemplar, which are left out. */
const SAMPLE =
  /^([A-Za-z_:][\w:]*)\s*(\{(?:[^"{}]|"(?:[^"\\]|\\.)*")*\})?\s+(\S+)(?:\s+[-+\d.eE]+)?(?:\s+#\s.*)?\s*$/;

/**
 * The samples of Prometheus text by name and labels. Left out are comments, values that are no number, and the buckets of
 * histograms, of which there are hundreds and none is a series.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function prometheusSamples(text: string, wanted?: readonly string[]): Numbers {
  const samples: Numbers = { values: new Map(), cut: false };
  const names = wanted === undefined ? null : new Set(wanted.map(bareName));
  for (const line of text.split('\n')) {
    if (names !== null && !names.has(bareName(line))) continue;
    const [, name = '', labels = '', value = ''] = SAMPLE.exec(line) ?? [];
    const number = value === '' ? NaN : Number(value);
    if (!Number.isFinite(number) || name.endsWith('_bucket')) continue;
    put(labels === '{}' ? name : `${name}${labels}`, number, samples);
    if (samples.cut) break;
  }
  return samples;
}

/** A path of Prometheus text, or a line of it, without labels. */
export function bareName(path: string): string {
  return /^[^{\s]*/.exec(path)?.[0] ?? '';
}

/** The labels of a path of Prometheus text. */
export function labelsOf(path: string): Map<string, string> {
  const pairs = path.matchAll(/([A-Za-z_]\w*)="((?:[^"\\]|\\.)*)"/g);
  return new Map([...pairs].map(([, name = '', value = '']) => [name, value]));
}
