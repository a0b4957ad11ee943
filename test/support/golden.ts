/** Golden files: what is expected lies in a file, which UPDATE_GOLDEN=1 writes anew, for a person to read the difference. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Compares text with `test/golden/<name>`. */
export function matchesGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, '../golden', name);
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  assert.equal(
    text,
    readFileSync(path, 'utf8'),
    `${name} has changed: UPDATE_GOLDEN=1 writes it anew, git diff shows what became different`,
  );
}
