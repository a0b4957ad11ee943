// For an `assert.ok(value)` that fails without a message Node looks its expression up in the source, by its place in what tsx
// has made of it: that is another expression, and takes minutes in a long file. The stack names the line.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';

assert.ok = function ok(value, message) {
  if (value) return;
  if (message instanceof Error) throw message;
  throw new assert.AssertionError({
    message: message ?? `expected a true value, not ${inspect(value)}`,
    actual: value,
    expected: true,
    operator: '==',
    stackStartFn: ok,
  });
};
