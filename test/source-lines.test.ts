/** Source maps by lines, against what was worked out by hand; test/build.test.ts shows on k6 that traces name the lines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { withoutColumns } from '../source-lines.mjs';

function linesOf(mappings: string): string {
  const map = { version: 3, sources: ['a.ts', 'b.ts'], names: ['x'], mappings };
  const { names, ...rest } = JSON.parse(withoutColumns(JSON.stringify(map))) as typeof map;
  assert.deepEqual([rest.sources, names], [map.sources, []]);
  return rest.mappings;
}

test('the lines of the source stay, columns and names go', () => {
  // a.ts line 1, again line 1, line 3 from column 5 on; then nothing in column 1, and b.ts line 2 from column 5 on.
  assert.equal(linesOf('AAAA,CAAI,IAEJ;C,ICDGA'), 'AAAA,KAEA;KCDA');
});

test('what has nothing but lines stays as it is, whatever its numbers', async () => {
  const source = Array.from(
    { length: 3_000 },
    (_, i) => `\n${' '.repeat(i % 50)}f(${i}, /* ${i} */ 'x');`,
  ).join('');
  const { map } = await transform(source, { sourcemap: true, sourcesContent: false });
  const once = withoutColumns(map);
  assert.ok(once.length < map.length, `${once.length} of ${map.length}`);
  assert.equal(withoutColumns(once), once);
});
