import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agents, type Step, type StepRun } from '../backend/workflows.ts';
import { usageOf } from './model-costs.ts';

const call = (kind: Step['kind'], prompt: string, output: string): StepRun => ({
  step: { name: 'answer', agent: null, kind, words: 1, units: 1 },
  agent: 'writer',
  prompt,
  output,
});

test('counts the tokens of the system prompt, the prompt and the answer', () => {
  const short = usageOf(call('model', 'hello world', 'hello'));
  const long = usageOf(call('model', 'hello world hello world', 'hello world'));
  // "hello", " world" and " hello" are one token each in o200k_base.
  assert.equal((long?.inputTokens ?? 0) - (short?.inputTokens ?? 0), 2);
  assert.deepEqual([short?.outputTokens, long?.outputTokens], [1, 2]);
});

test("the price is the model's published one: $2.50 and $10 a million tokens for gpt-4o", () => {
  const usage = usageOf(call('model', 'hello world', 'hello'));
  assert.equal(usage?.model, 'gpt-4o');
  const expected = (usage.inputTokens * 2.5 + usage.outputTokens * 10) / 1e6;
  assert.ok(Math.abs(usage.costUsd - expected) < 1e-12);
});

test('every agent has a price, a tool has none', () => {
  for (const agent of Object.keys(agents) as (keyof typeof agents)[])
    assert.ok((usageOf({ ...call('model', 'a', 'b'), agent })?.costUsd ?? 0) > 0);
  assert.equal(usageOf(call('tool', 'a', 'b')), undefined);
});
