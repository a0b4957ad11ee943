import assert from 'node:assert/strict';

/** Asserts that two numbers differ by at most `relative` of the expected one. */
export function close(actual: number, expected: number, relative: number): void {
  const allowed = relative * Math.abs(expected);
  assert.ok(
    Math.abs(actual - expected) <= allowed,
    `${actual} is not within ${relative} of ${expected}`,
  );
}
