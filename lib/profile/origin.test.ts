import assert from 'node:assert/strict';
import { test } from 'node:test';
import { homeOf, originOf } from './origin.ts';

const frame = (url: string, functionName = 'f') => ({ functionName, url });

const origins: [url: string, name: string, file: string][] = [
  ['file:///app/node_modules/fastify/lib/reply.js', 'fastify', 'lib/reply.js'],
  ['/app/node_modules/fastify/lib/reply.js', 'fastify', 'lib/reply.js'],
  ['file:///app/node_modules/@langfuse/otel/dist/index.mjs', '@langfuse/otel', 'dist/index.mjs'],
  ['file:///app/node_modules/.pnpm/a@1.0.0/node_modules/a/b.js', 'a', 'b.js'],
  ['file:///app/node_modules/a/node_modules/b/c.js', 'b', 'c.js'],
  ['file:///C:/app/node_modules/a/b.js', 'a', 'b.js'],
  ['C:\\app\\node_modules\\a\\b.js', 'a', 'b.js'],
  ['file:///app/src/http/server.ts?v=1', 'the application', 'http/server.ts'],
  ['file:///elsewhere/deep/down/x.js', 'the application', 'down/x.js'],
  ['node:internal/timers', 'Node.js', 'node:internal/timers'],
];
for (const [url, name, file] of origins)
  test(`${url} is ${name}, ${file}`, () => {
    const origin = originOf(frame(url), '/app/src/');
    assert.deepEqual([origin?.name, origin?.file], [name, file]);
  });

test('what V8 names without a file', () => {
  assert.equal(originOf(frame('', '(garbage collector)'), '')?.kind, 'gc');
  assert.equal(originOf(frame('', '(program)'), '')?.kind, 'native');
  assert.equal(originOf(frame('', '(idle)'), '')?.kind, 'idle');
  assert.equal(originOf(frame('', 'parse'), ''), null);
});

test("the application's folder is what all of its own files share", () => {
  const urls = [
    'file:///app/src/a/b.ts',
    'node:fs',
    '',
    'file:///app/node_modules/x/y.js',
    'file:///app/src/c.ts',
  ];
  assert.equal(homeOf(urls.map((url) => frame(url))), '/app/src/');
  assert.equal(homeOf([]), '');
  assert.equal(homeOf([frame('file:///a/x.js'), frame('file:///b/x.js')]), '/');
});
