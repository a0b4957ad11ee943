// Source maps by lines: of each line of the bundle, where each line of the source begins in it.
//
// `mappings` (https://tc39.es/ecma426/): lines by `;`, segments by `,`, each a few numbers in base 64, as differences from
// the segment before: column in the bundle (which begins anew in each line), source, line, column, name.

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A source map as text, with the lines of the sources and without their columns and names. */
export function withoutColumns(text) {
  const map = JSON.parse(text);
  let [source, line] = [0, 0];
  let [writtenSource, writtenLine] = [0, 0];
  const mappings = map.mappings.split(';').map((segments) => {
    let [column, writtenColumn] = [0, 0];
    let isFirst = true;
    const kept = [];
    for (const [more, bySource, byLine] of segments.split(',').map(numbers)) {
      column += more ?? 0;
      if (bySource === undefined) continue;
      source += bySource;
      line += byLine;
      if (!isFirst && source === writtenSource && line === writtenLine) continue;
      kept.push([column - writtenColumn, source - writtenSource, line - writtenLine, 0].map(digits).join(''));
      isFirst = false;
      [writtenColumn, writtenSource, writtenLine] = [column, source, line];
    }
    return kept.join(',');
  });
  return JSON.stringify({ ...map, names: [], mappings: mappings.join(';') });
}

/** Five bits a digit, the lowest first; the sixth says that more follow, and the lowest bit of the number is its sign. */
function numbers(segment) {
  const found = [];
  let [value, shift] = [0, 0];
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return found;
}

function digits(number) {
  let rest = number < 0 ? (-number << 1) | 1 : number << 1;
  let text = '';
  do {
    text += DIGITS[(rest & 31) | (rest > 31 ? 32 : 0)];
    rest >>= 5;
  } while (rest > 0);
  return text;
}
