import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFault, readSettings, withoutForeignSettings } from './settings.ts';

test('without variables the target has its documented defaults', () => {
  const settings = readSettings({});
  assert.deepEqual(
    [settings.port, settings.sinksPort, settings.databasePort, settings.host],
    [3000, 0, 0, '127.0.0.1'],
  );
  assert.deepEqual(settings.tokens, ['local-token']);
  assert.ok(Object.values(settings.flags).every(Boolean));
  assert.deepEqual([settings.rateLimit, settings.fault, settings.injection], [undefined, null, {}]);
  assert.deepEqual(
    [settings.allowFlagHeader, settings.adminFlags, settings.flagsFault],
    [false, true, { kind: 'none' }],
  );
});

const wrong: [name: string, value: string, message: RegExp][] = [
  ['TARGET_PORT', '65536', /^TARGET_PORT: "65536" must be a number from 0 to 65535$/],
  ['TARGET_PORT', '1.5', /^TARGET_PORT: "1\.5" must be a whole number$/],
  ['TARGET_PORT', '', /^TARGET_PORT: "" must be a number/],
  ['INSPECT_PORT', '65536', /^INSPECT_PORT: "65536" must be a number from 0 to 65535$/],
  ['WORK_MS', 'fast', /^WORK_MS: "fast" must be a number/],
  ['RATE_LIMIT', '0', /^RATE_LIMIT: "0" must be a number from 1/],
  ['TARGET_TOKENS', 'a,,b', /^TARGET_TOKENS: /],
  ['ENABLE_OBSERVABILITY', 'TRUE', /^ENABLE_OBSERVABILITY: "TRUE" must be true or false$/],
  ['ADMIN_FLAGS', 'no', /^ADMIN_FLAGS: "no" must be on or off$/],
  ['FLAGS_FAULT', 'ignore:NOTHING', /^FLAGS_FAULT: "ignore:NOTHING" is none of/],
  ['FAULT', 'status:42', /^FAULT: "status:42" is none of/],
  ['INJECT', '{', /^INJECT: /],
  [
    'INJECT',
    '{"base":{"distribution":{"kind":"uniform","minMs":30,"maxMs":10}}}',
    /^INJECT: base\.distribution\.maxMs: 10 must be a number from 30 to 60000$/,
  ],
  ['INJECT', '{"base":{"cpuMs":"1"}}', /^INJECT: base\.cpuMs: "1" must be a number from 0 to 60000$/],
  [
    'REDIS_URL',
    'localhost:6379',
    /^REDIS_URL: must be an address that starts with redis:\/\/ or rediss:\/\/$/,
  ],
];
for (const [name, value, message] of wrong)
  test(`${name}="${value}" is refused with one line`, () => {
    assert.throws(() => readSettings({ [name]: value }), { message });
  });

test('an address that is refused is not shown: it may hold a password', () => {
  assert.throws(
    () => readSettings({ DATABASE_URL: 'mysql://user:secret@host/db' }),
    (error: Error) => !error.message.includes('secret'),
  );
});

test("what configures the user's own programs is no setting of the target", () => {
  const own = { PATH: '/bin', ENABLE_LANGFUSE_EXPORT: 'false', REDIS_URL: 'redis://127.0.0.1' };
  const foreign = {
    OTEL_TRACES_SAMPLER: 'always_off',
    LANGFUSE_FLUSH_AT: '1',
    HTTPS_PROXY: 'http://p',
    no_proxy: '',
  };
  assert.deepEqual(withoutForeignSettings({ ...own, ...foreign }), own);
});

test('faults are read as they are documented', () => {
  assert.equal(parseFault(null), null);
  assert.deepEqual(parseFault('status:404'), { kind: 'status', status: 404 });
  assert.deepEqual(parseFault('hang'), { kind: 'hang' });
  assert.throws(() => parseFault('status:600'));
});
