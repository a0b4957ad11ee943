/** The rows of docs/what-ends-how.md: each is the expectation of a test. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Ending {
  /** The exit code; `null` where the case has none of its own. */
  readonly code: number | null;
  /** Words of the line that it prints. */
  readonly says: string;
}

const page = readFileSync(join(import.meta.dirname, '../../docs/what-ends-how.md'), 'utf8');

/** All rows by their case. */
export const endings: ReadonlyMap<string, Ending> = new Map(
  [...page.matchAll(/^\| `([a-z0-9-]+)` \| .* \| (\d+|–) \| `(.*)` \|$/gm)].map(
    ([, name = '', code = '', says = '']) => [
      name,
      { code: code === '–' ? null : Number(code), says: says.replaceAll('\\|', '|') },
    ],
  ),
);

/** The row of a case. @throws AssertionError where the page has none */
export function ending(name: string): Ending {
  const found = endings.get(name);
  assert.ok(found, `docs/what-ends-how.md has no row \`${name}\``);
  return found;
}

/** That a program ended as its row says. */
export function assertEnding(name: string, { code, output }: { code: number; output: string }): void {
  const expected = ending(name);
  assert.ok(output.includes(expected.says), `${name}: "${expected.says}" is not in\n${output}`);
  assert.equal(code, expected.code, output);
}
