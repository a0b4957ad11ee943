/** Times beside the latency that decides, in whole experiments on a simulated target. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulateOverhead, type Simulation } from '../../test/support/simulated-runs.ts';
import { usual } from '../../test/support/simulated-target.ts';
import { describe } from '../report/describe.ts';
import { textOf } from '../report/text.ts';

/** With observability the server takes 12 ms longer, and says so; the client waits 5 ms more for something else. */
const split: Simulation = {
  api: { serverTime: { header: 'x-server-ms' } },
  overhead: { blocks: 8 },
  latencyMs: (request) => usual(request) + (request.isOn ? 17 : 0),
  serverMs: ({ isOn }, tookMs) => tookMs - (isOn ? 8 : 3),
};

async function timesOf(simulation: Simulation) {
  const { result } = await simulateOverhead(simulation);
  const report = textOf(describe(result));
  return { result, report, times: result.overhead?.times ?? [] };
}

test('what the server says and what it does not: each arm, and the difference with an interval that holds the truth', async () => {
  const truth = { server: 12, outside: 5 };
  const held = { server: 0, outside: 0 };
  for (let seed = 0; seed < 10; seed += 1) {
    const { times } = await timesOf({ ...split, env: { SEED: String(seed), EARLY_STOP: 'off' } });
    assert.deepEqual(
      times.map(({ name, arms }) => [name, arms.map(({ name: arm }) => arm)]),
      [
        ['server', ['baseline', 'treatment']],
        ['outside', ['baseline', 'treatment']],
      ],
    );
    for (const { name, differences } of times) {
      const [atP50, atP95] = differences;
      assert.ok(atP50 !== undefined && atP95 !== undefined && (name === 'server' || name === 'outside'));
      for (const { interval } of [atP50, atP95])
        if (interval.lowerMs - 1e-3 <= truth[name] && truth[name] <= interval.upperMs + 1e-3) held[name] += 1;
    }
  }
  // 19 of 20 in the mean.
  assert.ok(held.server >= 16, `server: ${held.server} of 20`);
  assert.equal(held.outside, 20, 'a constant');
});

test('the report shows where the time goes, and how many answers do not say it', async () => {
  const { report } = await timesOf(split);
  assert.match(report, /Where the time goes/);
  assert.match(report, /What the server says that it took( +[\d.]+ ms){4} +[\d.]+ ms \(/);
  assert.doesNotMatch(report, /do not say/);
  let answers = 0;
  const half = await timesOf({ ...split, serverMs: () => ((answers += 1) % 2 === 0 ? 3 : null) });
  assert.match(half.report, /(49|50|51)\.\d+ % of successful answers do not say how long the server took/);
  const none = await timesOf({ ...split, serverMs: () => null });
  assert.match(none.report, /No answer says how long the server took: see api\.serverTime/);
  assert.equal(none.times[0]?.arms.length, 0);
});

test('where the first byte decides, the verdict is its own, and the whole answer stands beside it', async () => {
  const { result, times, report } = await timesOf({
    api: { latency: 'firstByte' },
    times: ({ isOn }, tookMs) => ({ answer: tookMs + (isOn ? 300 : 100) }),
  });
  assert.equal(result.overhead?.verdict.kind, 'PASS');
  const [answer] = times;
  assert.equal(answer?.name, 'answer');
  const [atP50] = answer.differences;
  assert.ok(atP50 !== undefined && Math.abs(atP50.valueMs - 200) < 5);
  assert.match(report, /Time to first byte, which decides/);
});

test('requests with one time alone have no table', async () => {
  const { times, report } = await timesOf({});
  assert.deepEqual(times, []);
  assert.doesNotMatch(report, /Where the time goes/);
});
