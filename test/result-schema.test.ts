/**
 * The published schema of results is made from the code's own, which `readReports` holds all real runs against.
 * UPDATE_GOLDEN=1 writes it anew.
 */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import prettier from 'prettier';
import { runResultSchema } from '../lib/result/run-result.ts';
import { attributionResult, capacityResult, experimentResult, loadResult } from './support/results.ts';

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

test('docs/run-result.schema.json is made from the code', async () => {
  const text = await published();
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text);
  assert.equal(readFileSync(path, 'utf8'), text, 'UPDATE_GOLDEN=1 writes it anew');
});

test('another program that reads the schema takes results of each kind, and refuses what is none', () => {
  const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(path, 'utf8')) as object,
  );
  for (const result of [loadResult(), experimentResult(), attributionResult(), capacityResult()])
    assert.ok(fits(JSON.parse(JSON.stringify(result))), JSON.stringify(fits.errors));
  assert.ok(!fits({}));
  assert.ok(!fits({ schemaVersion: 0, outcome: { status: 'broken report', reason: 'x' } }));
});
