import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMachine } from './machine.ts';

test('a machine is too busy where a timer is late for more than a hundredth of the time', () => {
  assert.equal(describeMachine(0.01, 40), null);
  assert.equal(
    describeMachine(0.023, 40),
    'the machine was too busy: for 2.3 % of the time a timer was more than 10 ms late, once 40 ms',
  );
});
