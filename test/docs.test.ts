/** What the documents say is true: links, commands, variables, and the steps of CONTRIBUTING.md as they are written. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { VARIABLES } from '../lib/config/variables.ts';
import type { RunResult } from '../lib/result/run-result.ts';
import { COMMANDS_ADDRESS, COMMANDS_SECRET } from '../lib/api/commands.ts';
import { RESULT_FILE } from '../lib/result/result-file.ts';
import { settings } from '../thresholds/settings.ts';
import { copyProject, start } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';

const root = join(import.meta.dirname, '..');
const filesIn = (folder: string, end: string) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => name.endsWith(end) && !name.includes('node_modules'));
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  ...['docs', 'deploy', 'examples'].flatMap((folder) => filesIn(folder, '.md')),
];
const textOf = (name: string) => readFileSync(join(root, name), 'utf8');
const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
const project = await copyProject();

for (const name of documents) {
  test(`${name}: links lead somewhere, npm scripts and bundles are there`, () => {
    const text = textOf(name);
    for (const [, link = '', anchor] of text.matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/g)) {
      const file = link === '' ? name : join(dirname(name), link);
      assert.ok(existsSync(join(root, file)), `${name}: ${link}`);
      if (anchor !== undefined) assert.ok(anchorsOf(file).includes(anchor), `${name}: ${link}#${anchor}`);
    }
    for (const [, script = ''] of text.matchAll(/npm run (?:-s )?([a-z][a-z0-9-]*)/g)) {
      assert.ok(Object.hasOwn(scripts, script), `${name}: npm run ${script}`);
    }
    for (const [, bundle = ''] of text.matchAll(/dist\/([a-z-]+)\.js/g)) {
      if (bundle !== 'soak')
        assert.ok(existsSync(join(root, 'scenarios', `${bundle}.ts`)), `${name}: ${bundle}`);
    }
  });
}

/** As GitHub makes them of headings. */
function anchorsOf(name: string): string[] {
  return [...textOf(name).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('each rule of advice, each alert and each npm script is in its document', () => {
  const named = (folder: string, pattern: RegExp) =>
    filesIn(folder, '.ts')
      .filter((name) => !name.endsWith('.test.ts'))
      .flatMap((name) => [...textOf(name).matchAll(pattern)].map(([, word = '']) => word));
  const missing = (words: readonly string[], document: string) =>
    words.filter((word) => !textOf(document).includes(word));
  const rules = named('lib/advice', /rule: '([a-z-]+)'/g);
  const alerts = named('lib/prometheus', /'((?!Prometheus)[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)'/g);
  assert.ok(rules.length >= 20 && alerts.length >= 12, `${rules.length} rules, ${alerts.length} alerts`);
  const commands = Object.keys(scripts).filter(
    (name) => !['prepare', 'lint', 'format', 'test'].includes(name),
  );
  assert.deepEqual(missing(rules, 'docs/monitor.md'), []);
  assert.deepEqual(missing(alerts, 'docs/dashboards.md'), []);
  assert.deepEqual(
    missing(
      commands.map((name) => `npm run ${name}`),
      'docs/commands.md',
    ),
    [],
  );
});

test('every variable of docs/settings.md is one, and every one is there', () => {
  const rows = textOf('docs/settings.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const named = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name ?? ''),
  );
  const known = new Set<string>([
    ...VARIABLES,
    ...Object.keys(settings.values),
    RESULT_FILE,
    COMMANDS_ADDRESS,
    COMMANDS_SECRET,
    'TEST_ENV',
    'AUTH_TOKEN',
    'K6_BIN',
  ]);
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  );
  assert.deepEqual(
    [...known].filter((name) => !named.includes(name)),
    [],
  );
});

test('every `k6 run` command is accepted by k6', async (t) => {
  const commands = documents.flatMap((name) =>
    [...textOf(name).matchAll(/^(?:AUTH_TOKEN=\S+ )?k6 run (.*)$/gm)].map(([, rest = '']) =>
      rest.replace(/\s+#.*$/, ''),
    ),
  );
  assert.ok(commands.length >= 8, String(commands.length));
  for (const command of commands) {
    await t.test(`k6 run ${command}`, async () => {
      // `inspect` runs the init of a script, where settings are judged, and sends nothing.
      const args = ['inspect', '-e', 'AUTH_TOKEN=a-token', ...command.trim().split(/\s+/)];
      const { code, stderr } = await start(project.k6, args, { cwd: project.folder });
      // Staging names no way to switch in the documents' first lines; all others must be accepted as they are.
      assert.equal(code, 0, stderr);
    });
  }
});

/** The code blocks of one section of CONTRIBUTING.md, without their indentation. */
function blocksOf(section: string): string[] {
  const text = textOf('CONTRIBUTING.md').split(`## ${section}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...text.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', code = '']) =>
    code.replace(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

test('a new scenario, a new gate and a new environment, as CONTRIBUTING.md has them', async () => {
  const copy = await copyProject();
  const edit = async (file: string, from: string, to: string) => {
    const text = await readFile(join(copy.folder, file), 'utf8');
    assert.ok(text.includes(from), `${file}: ${from}`);
    await writeFile(
      join(copy.folder, file),
      text.replace(from, () => to),
    );
  };
  const [profile = '', scenario = ''] = blocksOf('A new scenario');
  await edit('thresholds/names.ts', "'smoke',", "'smoke', 'soak',");
  await edit('thresholds/scenarios.ts', "  'load-test': {", `${profile}  'load-test': {`);
  await writeFile(join(copy.folder, 'scenarios/soak.ts'), scenario);

  const [field = '', gate = ''] = blocksOf('A new gate');
  await edit(
    'lib/config/schema/load.ts',
    '  p95Ms: optional(limitMs),',
    `${field}  p95Ms: optional(limitMs),`,
  );
  await edit('lib/gates/gates.ts', "['p(95)'", "['med', 'p(95)'");
  await edit('lib/gates/gates.ts', '    ...(p95Ms === undefined', `${gate}    ...(p95Ms === undefined`);
  await edit(
    'thresholds/scenarios.ts',
    'limits: { p95Ms: 150, errorRate } },',
    'limits: { p50Ms: 0.001, p95Ms: 150, errorRate } },',
  );

  const [environment = ''] = blocksOf('A new environment');
  await edit('thresholds/names.ts', "'local',", "'local', 'preview',");
  await writeFile(join(copy.folder, 'thresholds/preview.ts'), environment);
  await edit(
    'thresholds/environments.ts',
    'import { ci }',
    "import { preview } from './preview.ts';\nimport { ci }",
  );
  await edit('thresholds/environments.ts', '  local,', '  local,\n  preview,');

  await cp(join(root, 'tsconfig.json'), join(copy.folder, 'tsconfig.all.json'));
  await writeFile(
    join(copy.folder, 'tsconfig.json'),
    JSON.stringify({
      extends: './tsconfig.all.json',
      include: ['scenarios', 'lib', 'thresholds'],
      exclude: ['**/*.test.ts', 'test/support/calibration-criteria.ts'],
    }),
  );
  const types = await start(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--incremental', 'false'],
    {
      cwd: copy.folder,
    },
  );
  assert.equal(types.code, 0, types.stdout);
  const built = await start(process.execPath, ['build.mjs'], { cwd: copy.folder });
  assert.equal(built.code, 0, built.stderr);

  const server = await serve(withProbe(() => healthy));
  const reports = join(copy.folder, 'reports');
  const run = await start(copy.k6, ['run', join(copy.folder, 'dist/soak.js')], {
    cwd: copy.folder,
    env: {
      REPORT_DIR: reports,
      TEST_ENV: 'preview',
      BASE_URL: server.baseUrl,
      AUTH_TOKEN: 'a',
      ITERATIONS: '20',
      CONCURRENCY: '2',
    },
  });
  assert.equal(run.code, 99, run.stderr);
  const name = readdirSync(reports).find((file) => file.endsWith('.json')) ?? assert.fail(run.stderr);
  // Not by the schema of this project, which has no such gate.
  const result = JSON.parse(readFileSync(join(reports, name), 'utf8')) as Pick<RunResult, 'run' | 'gates'>;
  assert.equal(result.run.environment, 'preview');
  const failed = result.gates.filter(({ status }) => status === 'failed');
  assert.deepEqual(
    failed.map(({ name }) => name),
    ['P50 of successful requests'],
  );
});
