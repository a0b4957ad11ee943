/** The published schema of results. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

const path = join(import.meta.dirname, '../../docs/run-result.schema.json');
let validate: ValidateFunction | undefined;

/** That a parsed result is one as docs/run-result.schema.json has it. */
export function assertFitsSchema(json: unknown): void {
  validate ??= new Ajv2020({ strict: false, validateFormats: false }).compile(
    JSON.parse(readFileSync(path, 'utf8')) as object,
  );
  assert.ok(validate(json), JSON.stringify(validate.errors));
}
