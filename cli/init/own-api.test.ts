import assert from 'node:assert/strict';
import { test } from 'node:test';
import { guideApi } from '../../thresholds/guide-api.ts';
import { ownApi } from './own-api.ts';

const shared = {
  ...guideApi,
  headers: { 'Content-Type': 'application/json' },
  payload: 'payloads/staging.json',
  success: { status: [200], contentType: 'json', json: { state: 'done' } },
  probe: { method: 'GET', path: '/healthz' },
} as const satisfies typeof guideApi;
const found = {
  ...shared,
  success: { status: [200], contentType: null },
  probe: { method: 'GET', path: shared.endpoint },
} as const satisfies typeof guideApi;
const answered = { isAnswered: true, isProbeNamed: false };

test('the same request on another system has nothing of its own: success and probe stay as the team has them', () => {
  assert.deepEqual(ownApi(shared, found, answered), {});
});

test('what differs: headers, the body, another path with its probe', () => {
  const headers = { 'Content-Type': 'application/json', 'X-Tenant': 'acme' };
  assert.deepEqual(ownApi(shared, { ...found, headers, payload: 'payloads/production.json' }, answered), {
    headers: { 'X-Tenant': 'acme' },
    payload: 'payloads/production.json',
  });
  const probe = { method: 'GET', path: '/v2/orders' } as const;
  assert.deepEqual(ownApi(shared, { ...found, endpoint: '/v2/orders', probe }, answered), {
    endpoint: '/v2/orders',
    probe,
  });
  assert.deepEqual(ownApi(shared, { ...found, probe }, { ...answered, isProbeNamed: true }), { probe });
});

test('another status is another success, where the example was answered', () => {
  const success = { status: [202], contentType: null };
  assert.deepEqual(ownApi(shared, { ...found, success }, answered), { success });
  assert.deepEqual(ownApi(shared, { ...found, success }, { ...answered, isAnswered: false }), {});
});
