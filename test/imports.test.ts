/** Imports point one way: the linter holds the order, each rule is seen to fail, and no two files import each other. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { ESLint } from 'eslint';
import ts from 'typescript';
import tseslint from 'typescript-eslint';
import { settings } from '../thresholds/settings.ts';

const root = join(import.meta.dirname, '..');
// Import rules need no types, and without them a file need not exist.
const eslint = new ESLint({ cwd: root, overrideConfig: [tseslint.configs.disableTypeChecked] });

const forbidden: [file: string, specifier: string][] = [
  ['scenarios/heavy.ts', 'k6/http'],
  ['scenarios/heavy.ts', '../cli/errors.ts'],
  ['scenarios/heavy.ts', '../target/flags.ts'],
  ['lib/config/config.ts', 'k6'],
  ['lib/config/config.ts', 'node:fs'],
  ['lib/report/text.ts', '../../cli/errors.ts'],
  ['lib/gates/gates.ts', '../../scenarios/heavy.ts'],
  ['lib/gates/gates.ts', '../../target/flags.ts'],
  ['lib/k6/user.ts', 'node:path'],
  ['lib/k6/user.ts', '../../cli/errors.ts'],
  ['thresholds/local.ts', '../lib/config/config.ts'],
  ['thresholds/local.ts', '../lib/config/schema/api.ts'],
  ['thresholds/local.ts', 'k6/http'],
  ['thresholds/types.ts', '../lib/config/config.ts'],
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
  ['lib/config/config.ts', '../../thresholds/types.ts'],
  ['thresholds/types.ts', '../lib/config/schema/api.ts'],
  ['cli/main.ts', '../lib/config/config.ts'],
  ['cli/main.ts', 'node:fs'],
  ['target/main.ts', 'node:fs'],
];

/** Which of the specifiers a file may not import, and what is said about each. */
async function refused(file: string, specifiers: readonly string[], line: (specifier: string) => string) {
  const code = specifiers.map((specifier) => `${line(specifier)}\n`).join('');
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  assert.ok(result);
  const messages = result.messages.filter(({ ruleId }) => ruleId === 'no-restricted-imports');
  return new Set(messages.map((message) => specifiers[message.line - 1]));
}

const imported = (specifier: string) => `import '${specifier}';`;
const reExported = (specifier: string) => `export * from '${specifier}';`;

test('a forbidden import is an error, imported or re-exported', async () => {
  for (const [file, specifier] of forbidden) {
    for (const line of [imported, reExported])
      assert.equal((await refused(file, [specifier], line)).size, 1, `${file}: ${line(specifier)}`);
  }
});

test('what a folder is there for may be imported', async () => {
  for (const [file, specifier] of allowed)
    assert.equal((await refused(file, [specifier], imported)).size, 0, `${file} imports ${specifier}`);
});

test('of any two rooms of lib one may import the other, and not the other way round', async () => {
  const rooms = readdirSync(join(root, 'lib'));
  const closed = new Map<string, ReadonlySet<string | undefined>>();
  for (const room of rooms) {
    const others = rooms.filter((other) => other !== room).map((other) => `../${other}/x.ts`);
    closed.set(room, await refused(`lib/${room}/any.ts`, others, imported));
  }
  const refuses = (room: string, other: string) => closed.get(room)?.has(`../${other}/x.ts`);
  for (const room of rooms) {
    for (const other of rooms.filter((name) => name > room))
      assert.notEqual(refuses(room, other), refuses(other, room), `${room} and ${other}`);
  }
  const places = rooms.map((room) => closed.get(room)?.size ?? NaN);
  assert.deepEqual(
    places.toSorted((a, b) => a - b),
    rooms.map((_, place) => place),
    'they have no order',
  );
});

/** The files that one imports, as TypeScript sees them. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(join(root, file), 'utf8'));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => relative(root, join(root, dirname(file), fileName)));
}

/** The first circle that is found from a file on, as the files on it. */
function circleFrom(
  file: string,
  imports: ReadonlyMap<string, readonly string[]>,
  done: Set<string>,
  path: readonly string[] = [],
): readonly string[] | null {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  if (done.has(file)) return null;
  done.add(file);
  for (const next of imports.get(file) ?? []) {
    const circle = circleFrom(next, imports, done, [...path, file]);
    if (circle !== null) return circle;
  }
  return null;
}

test('no files import each other in a circle', () => {
  const files = ['scenarios', 'lib', 'thresholds', 'cli', 'target', 'test'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => join(folder, name))
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules')),
  );
  const imports = new Map(files.map((file) => [file, importsOf(file)]));
  const done = new Set<string>();
  for (const file of files) assert.equal(circleFrom(file, imports, done)?.join(' → '), undefined);
  assert.ok(done.size > 300, 'all files were looked at');

  const bent = new Map([...imports, ['thresholds/types.ts', ['lib/k6/user.ts']]]);
  const circle = circleFrom('thresholds/types.ts', bent, new Set())?.join(' → ') ?? 'none found';
  assert.match(circle, /^thresholds\/types\.ts → lib\/k6\/user\.ts → .*thresholds\/types\.ts$/);
});

test('no setting has its name in code: a team has others', () => {
  const names = new RegExp(`\\b(${Object.keys(settings.values).join('|')})\\b`);
  const files = ['lib', 'cli', 'scenarios'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const code = files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  assert.ok(code.length > 200, String(code.length));
  const named = [...code, 'build.mjs'].filter((name) => names.test(readFileSync(join(root, name), 'utf8')));
  assert.deepEqual(named, []);
});
