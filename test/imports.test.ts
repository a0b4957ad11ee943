/** The import rules of the house are kept by the linter: each forbidden import is seen to fail, and its neighbour to pass. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';

const root = join(import.meta.dirname, '..');
const eslint = new ESLint({ cwd: root });

const forbidden: [file: string, specifier: string][] = [
  ['scenarios/heavy.ts', 'k6/http'],
  ['scenarios/heavy.ts', '../cli/errors.ts'],
  ['scenarios/heavy.ts', '../target/flags.ts'],
  ['lib/config/config.ts', 'k6'],
  ['lib/config/config.ts', 'node:fs'],
  ['lib/config/config.ts', '../k6/user.ts'],
  ['lib/report/text.ts', '../../cli/errors.ts'],
  ['lib/gates/gates.ts', '../../scenarios/heavy.ts'],
  ['lib/gates/gates.ts', '../../target/flags.ts'],
  ['lib/k6/user.ts', 'node:path'],
  ['lib/k6/user.ts', '../../cli/errors.ts'],
  ['thresholds/local.ts', '../lib/config/config.ts'],
  ['thresholds/local.ts', 'k6/http'],
  ['cli/main.ts', '../lib/k6/user.ts'],
  ['cli/main.ts', 'k6/http'],
  ['cli/main.ts', '../target/flags.ts'],
  ['cli/main.ts', '../scenarios/heavy.ts'],
  ['target/main.ts', '../lib/config/config.ts'],
  ['target/main.ts', '../thresholds/local.ts'],
  ['target/main.ts', '../cli/errors.ts'],
];

const allowed: [file: string, specifier: string][] = [
  ['scenarios/heavy.ts', '../lib/k6/load-script.ts'],
  ['lib/k6/user.ts', 'k6/http'],
  ['lib/k6/user.ts', '../config/config.ts'],
  ['lib/config/config.ts', '../../thresholds/types.ts'],
  ['cli/main.ts', '../lib/config/config.ts'],
  ['cli/main.ts', 'node:fs'],
  ['target/main.ts', 'node:fs'],
];

/** Messages of the import rules about a file that holds one import. */
async function complaints(file: string, specifier: string): Promise<string[]> {
  const code = `import '${specifier}';\nexport * from '${specifier}';\n`;
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  assert.ok(result);
  return result.messages
    .filter(({ ruleId }) => ruleId === 'no-restricted-imports')
    .map(({ message }) => message);
}

test('a forbidden import is an error, imported or re-exported', async () => {
  for (const [file, specifier] of forbidden) {
    assert.equal((await complaints(file, specifier)).length, 2, `${file} imports ${specifier}`);
  }
});

test('what a room is there for may be imported', async () => {
  for (const [file, specifier] of allowed) {
    assert.deepEqual(await complaints(file, specifier), [], `${file} imports ${specifier}`);
  }
});
