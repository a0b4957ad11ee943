import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { goOnUnread } from './say.ts';

test('a reader that has gone ends no work; any other failure of a stream does', () => {
  const stream = new PassThrough();
  goOnUnread(stream);
  const fail = (code: string) => stream.emit('error', Object.assign(new Error(code), { code }));
  // A pipe without a reader, a terminal that was closed.
  for (const code of ['EPIPE', 'EIO']) assert.doesNotThrow(() => fail(code));
  assert.throws(() => fail('ENOSPC'), /ENOSPC/);
});
