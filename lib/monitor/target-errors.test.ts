import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorsBefore, newErrors, readErrors } from './target-errors.ts';

test('lists of errors of several shapes', () => {
  assert.deepEqual(readErrors('{"total": 9, "errors": [{"source": "db", "message": "down", "count": 4}]}'), {
    total: 9,
    errors: [{ message: 'db: down', count: 4 }],
  });
  assert.deepEqual(readErrors('{"data": {"items": ["a", {"msg": "b", "times": 2}, 5]}}'), {
    total: 3,
    errors: [
      { message: 'a', count: 1 },
      { message: 'b', count: 2 },
    ],
  });
  assert.deepEqual(
    readErrors(
      JSON.stringify({
        tags: ['api', 'eu'],
        services: [
          { name: 'db', recent: { errors: [{ message: 'down', count: 4 }, 'slow'] } },
          { name: 'cache', failures: [{ error: 'slow', times: 2 }] },
        ],
      }),
    ),
    {
      total: 7,
      errors: [
        { message: 'down', count: 4 },
        { message: 'slow', count: 3 },
      ],
    },
  );
  assert.deepEqual(readErrors('{"errors": {"timeout": 5, "refused": {"count": 3}, "total": 8}}'), {
    total: 8,
    errors: [
      { message: 'timeout', count: 5 },
      { message: 'refused', count: 3 },
    ],
  });
  assert.deepEqual(readErrors('{"ok": true, "workers": [{"id": 1, "queues": [{"size": 3}]}]}')?.errors, []);
  const nested =
    '{"recent": [{"error": {"message": "slow", "code": 5}, "occurrences": "3"}, {"msg": "down"}]}';
  assert.deepEqual(readErrors(nested), {
    total: 4,
    errors: [
      { message: 'slow', count: 3 },
      { message: 'down', count: 1 },
    ],
  });
  assert.deepEqual(readErrors('[]'), { total: 0, errors: [] });
  assert.equal(readErrors('<html>'), null);
});

test('only what came since counts, the most frequent first', () => {
  const before = errorsBefore([
    { message: 'old', count: 5 },
    { message: 'more', count: 1 },
  ]);
  const after = [
    { message: 'old', count: 5 },
    { message: 'more', count: 3 },
    { message: 'new', count: 7 },
  ];
  assert.deepEqual(newErrors(before, after), [
    { message: 'new', count: 7 },
    { message: 'more', count: 2 },
  ]);
});
