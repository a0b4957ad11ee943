import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventReader } from './events.ts';
import { Timeline } from './timeline.ts';

test('events are whole only at their empty line, however the stream is cut', () => {
  const stream =
    'id: 0\ndata: {"a":1}\nevent: param\n\nid: 1\ndata: [[5]]\nevent: stop\nretry: 9\n\nid: 2\ndata: 1';
  for (const size of [1, 3, 7, 1_000]) {
    const seen: string[] = [];
    const read = eventReader((event, data) => seen.push(`${event} ${data}`));
    for (let at = 0; at < stream.length; at += size) read(stream.slice(at, at + size));
    assert.deepEqual(seen, ['param {"a":1}', 'stop [[5]]']);
  }
});

const metric = (...names: string[]) => JSON.stringify(Object.fromEntries(names.map((name) => [name, {}])));
const param = '{"aggregates":{"trend":["avg","max","med","min","p(90)","p(95)","p(99)"]}}';
const trend = (p95: number) => [2, 9, 1, 0, 4, p95, 6];

function loadTimeline(): Timeline {
  const timeline = new Timeline();
  timeline.add('param', param);
  timeline.add('metric', metric('time'));
  timeline.add('start', '[[1000]]');
  timeline.add(
    'metric',
    metric('http_reqs{kind:workflow}', 'http_req_duration{kind:workflow}', 'http_req_failed{kind:workflow}'),
  );
  return timeline;
}

test('a load: percentiles, requests and failures of workflow requests, second by second', () => {
  const timeline = loadTimeline();
  timeline.add('snapshot', JSON.stringify([trend(5), [0.5], [10, 10], [2_000]]));
  // A metric that comes later takes its place by name.
  timeline.add('metric', metric('data_sent'));
  timeline.add('snapshot', JSON.stringify([[7, 7], trend(8), [0], [20, 20], [3_000]]));
  const { periodSeconds, series } = timeline.seen().timeline ?? { series: [] };
  assert.equal(periodSeconds, 1);
  assert.deepEqual(
    series.map(({ name, unit, points }) => [name, unit, points]),
    [
      [
        'P50',
        'ms',
        [
          [1, 1],
          [2, 1],
        ],
      ],
      [
        'P95',
        'ms',
        [
          [1, 5],
          [2, 8],
        ],
      ],
      [
        'P99',
        'ms',
        [
          [1, 6],
          [2, 6],
        ],
      ],
      [
        'requests',
        '/s',
        [
          [1, 10],
          [2, 20],
        ],
      ],
      [
        'failed requests',
        'failed/s',
        [
          [1, 5],
          [2, 0],
        ],
      ],
    ],
  );
});

test('an experiment: P95 of each arm; a second in which an arm sent nothing has none', () => {
  const timeline = loadTimeline();
  timeline.add('metric', metric('http_req_duration{arm:on}', 'http_req_duration{arm:off}'));
  timeline.add('metric', metric('http_reqs{arm:on}', 'http_reqs{arm:off}'));
  const nothing = [0, 0, 0, 0, 0, 0, 0];
  timeline.add(
    'snapshot',
    JSON.stringify([nothing, trend(50), trend(5), [0], [0, 0], [10, 10], [10, 10], [2_000]]),
  );
  const { series } = timeline.seen().timeline ?? { series: [] };
  assert.deepEqual(
    series.filter(({ unit }) => unit === 'ms').map(({ arm, points }) => [arm, points]),
    [['on', [[1, 50]]]],
  );
  assert.deepEqual(
    series.filter(({ name }) => name === 'requests').map(({ arm, points }) => [arm, points]),
    [
      ['off', [[1, 0]]],
      ['on', [[1, 10]]],
    ],
  );
});

test('what has another shape adds nothing', () => {
  const timeline = loadTimeline();
  for (const data of ['[]', '[1,2,3,4]', '{}', 'null', '[[1],[2],[3],[1]]']) timeline.add('snapshot', data);
  timeline.add('param', '7');
  assert.equal(timeline.seen().timeline, null);
});

test('what the monitor saw, by series; a second without a look has no value', () => {
  const timeline = loadTimeline();
  timeline.add('metric', metric('monitor', 'monitor{series:cpu}', 'monitor{series:queue langfuse}'));
  const requests = [trend(5), [0], [10, 10]];
  timeline.add('snapshot', JSON.stringify([...requests, [3], [40], [3], [2_000]]));
  timeline.add('snapshot', JSON.stringify([...requests, [7], [], [7], [3_000]]));
  assert.deepEqual(
    [...timeline.seen().monitor],
    [
      ['cpu', [[1, 40]]],
      [
        'queue langfuse',
        [
          [1, 3],
          [2, 7],
        ],
      ],
    ],
  );
});
