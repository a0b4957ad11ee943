import assert from 'node:assert/strict';
import { test } from 'node:test';
import { note } from '../doctor/finding.ts';
import { askExample, askSwitching, askToken, type Dialogue } from './ask.ts';
import { echoNote } from './init.ts';
import { switchingOf } from './switching.ts';

/** A person who types these answers; an empty one takes what is suggested. */
function person(...answers: string[]): Dialogue & { asked: string[]; said: string[] } {
  const asked: string[] = [];
  const said: string[] = [];
  return {
    asked,
    said,
    ask: (question, suggestion = '') => {
      asked.push(question);
      const answer = answers.shift();
      assert.ok(answer !== undefined, `nobody answers '${question}'`);
      return Promise.resolve(answer === '' ? suggestion : answer);
    },
    say: (line) => said.push(line),
  };
}

const nothing = { header: [], setting: [], switch: [], url: [], proof: [] };

test('an example is asked for until it can be read; one that is given is not', async () => {
  const one = person('curl http://a http://b', 'curl http://a/x -d {}');
  const { example, curl } = await askExample(nothing, one);
  assert.equal(example.url, 'http://a/x');
  assert.equal(curl, 'curl http://a/x -d {}');
  assert.match(one.said.join(), /more than one address/);
  const address = person('http://a/y', '{"n":1}', '');
  assert.deepEqual((await askExample(nothing, address)).example, {
    method: 'POST',
    url: 'http://a/y',
    headers: [['Content-Type', 'application/json']],
    body: '{"n":1}',
  });
  const given = person();
  await askExample({ ...nothing, curl: 'curl http://a' }, given);
  assert.deepEqual(given.asked, []);
});

test('a token is asked for by the name of its variable, where the example has none', async () => {
  const example = { method: 'GET', url: 'http://a', body: null };
  assert.equal(await askToken({ ...example, headers: [] }, person('STAGING_TOKEN')), 'STAGING_TOKEN');
  assert.equal(await askToken({ ...example, headers: [] }, person('')), undefined);
  assert.equal(await askToken({ ...example, headers: [['authorization', 'Bearer a']] }, person()), undefined);
});

test('each way is asked for what it needs; what is wrong is said, and asked again', async () => {
  const echo = [note('proof', "its header X-Flags: a=1 may say what is in force: --proof 'echo X-Flags'")];
  const call = person('cal', 'call', 'TRACING', 'PUT /flags {"on":"{value}"}', '');
  assert.deepEqual(switchingOf(await askSwitching(nothing, echo, call)), {
    settings: { values: { TRACING: {} } },
    switching: {
      by: 'call',
      write: { method: 'PUT', path: '/flags', body: { on: '{value}' } },
      timeoutMs: 10_000,
      proof: [{ by: 'echo', header: 'X-Flags' }],
    },
  });
  assert.match(call.said.join(), /'cal'; allowed: call, command/);
  const deployments = person(
    'deployments',
    '',
    'http://a',
    'b',
    '',
    '',
    'deployments',
    '',
    'http://a',
    'http://b',
    './swap',
    'none',
  );
  assert.deepEqual(switchingOf(await askSwitching(nothing, [], deployments)).switching, {
    by: 'deployments',
    urls: { none: 'http://a', all: 'http://b' },
    swap: { command: './swap', timeoutMs: 120_000 },
    proof: 'none',
  });
  assert.match(deployments.said.join(), /--url 'all=b'; expected an arm and its address/);
  assert.equal((await askSwitching(nothing, [], person(''))).by, 'none');
});

test('a header that may say what is in force is offered with its words', () => {
  assert.match(echoNote('X-Tracing', 'Off'), /X-Tracing: Off may say .*: --proof 'echo X-Tracing off,on'$/);
  assert.match(echoNote('X-Flags', 'a=1'), /--proof 'echo X-Flags'$/);
});
