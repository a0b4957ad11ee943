import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PerSecond } from '../../thresholds/types.ts';
import { OwnLimit } from './own-limit.ts';

/** Requests over the limit grow by a power of the rate, 5 % at the true one; every other stream has more, or fewer, of them. */
function server(own: PerSecond, sent: string[] = []) {
  return (rate: PerSecond, stream: number): Promise<number> => {
    sent.push(`${rate.toFixed(1)}/${stream}`);
    const luck = stream % 2 === 0 ? 1.1 : 0.9;
    return Promise.resolve(Math.min(1, luck * 0.05 * (rate / own) ** 20));
  };
}

test("a server's own limit is found from any guess, by the mean of several streams a rate", async () => {
  for (const guess of [40, 96, 100, 104, 300]) {
    const sent: string[] = [];
    const limit = await OwnLimit.around(guess, server(100, sent));
    for (let round = 0; round < 4; round += 1) await limit.round();
    const found = await limit.find();
    assert.ok(Math.abs(found / 100 - 1) < 0.01, `${found} from ${guess}`);
    assert.ok(sent.filter((one) => one.endsWith('/3')).length >= 4, sent.join(' '));
  }
});

test('rates are added where the limit lies beside the ones that a first look has chosen', async () => {
  let truth = 100;
  const limit = await OwnLimit.around(100, (rate, stream) => server(truth)(rate, stream));
  truth = 120;
  for (let round = 0; round < 2; round += 1) await limit.round();
  assert.ok(Math.abs((await limit.find()) / truth - 1) < 0.01);
});
