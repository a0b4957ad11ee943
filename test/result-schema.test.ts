/** The published schema of results: up to date, and what real runs write fits it. UPDATE_GOLDEN=1 writes it anew. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import prettier from 'prettier';
import { runResultSchema } from '../lib/result/run-result.ts';
import { copyProject, readReports } from './support/project.ts';
import { healthy, serve, withProbe } from './support/servers.ts';

const path = join(import.meta.dirname, '../docs/run-result.schema.json');

/** The schema as docs/ has it, formatted as everything is. */
async function published(): Promise<string> {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'RunResult',
    description:
      'The result of one run of k6-overhead, as reports/<scenario>-<environment>-<UTC>.json holds it',
    ...toJsonSchema(runResultSchema, { target: 'draft-2020-12' }),
  };
  const options = await prettier.resolveConfig(path);
  return prettier.format(JSON.stringify(schema), { ...options, parser: 'json' });
}

const project = await copyProject();
const { baseUrl } = await serve(withProbe(({ number }) => (number % 3 === 0 ? { status: 500 } : healthy)));
const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
  JSON.parse(await published()) as object,
);

test('docs/run-result.schema.json is made from the code', async () => {
  const text = await published();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  assert.equal(readFileSync(path, 'utf8'), text, 'UPDATE_GOLDEN=1 writes it anew');
});

const base = { BASE_URL: baseUrl, AUTH_TOKEN: 'a-token' };
const runs: [what: string, scenario: string, env: Record<string, string>, args: string[]][] = [
  ['failed', 'heavy', { ITERATIONS: '30' }, []],
  ['passed, at a rate', 'smoke', { ERROR_RATE: '0.9', RATE: '2s:40' }, []],
  ['ramped', 'ramp', { STAGES: '1s:4,1s:2', THINK_TIME: '0.05' }, []],
  ['not gated', 'light', { ITERATIONS: '30' }, ['--no-thresholds']],
  ['not run', 'light', { BASE_URL: 'http://127.0.0.1:1' }, []],
];

test('what real runs write fits the schema', async (t) => {
  for (const [what, scenario, env, args] of runs) {
    await t.test(what, async () => {
      const reports = await mkdtemp(join(project.folder, 'reports', 'schema-'));
      await project.run(scenario, { env: { ...base, ...env, REPORT_DIR: reports }, args });
      const { result } = await readReports(reports);
      const [name] = readdirSync(reports).filter((file) => file.endsWith('.json'));
      const json: unknown = JSON.parse(readFileSync(join(reports, name ?? ''), 'utf8'));
      assert.ok(validate(json), JSON.stringify(validate.errors));
      assert.deepEqual(json, result, 'the schema knows every field');
    });
  }
});

test('the schema refuses what is no result', () => {
  assert.equal(validate({}), false);
  assert.equal(validate({ schemaVersion: 0, outcome: { status: 'broken report', reason: 'x' } }), false);
});
