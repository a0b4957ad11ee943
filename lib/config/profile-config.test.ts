import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profile as defaults } from '../../thresholds/profile.ts';
import type { Environment } from '../../thresholds/types.ts';
import { profileSettings } from './profile-config.ts';

const environment: Environment = { baseUrl: 'http://localhost:3000', auth: { type: 'none' } };
const sources = (profile: Environment['profile'] = {}) => ({
  environments: { local: { ...environment, profile } },
});

test("the command line comes before the environment's file, and that before profile.ts", () => {
  assert.equal(profileSettings({}, undefined, sources()).inspector, defaults.inspector);
  assert.equal(profileSettings({}, undefined, sources({ inspector: 'db:1' })).inspector, 'db:1');
  assert.equal(profileSettings({}, '[::1]:9230', sources({ inspector: 'db:1' })).inspector, '[::1]:9230');
  assert.equal(profileSettings({}, undefined, sources({ seconds: 60 })).seconds, 60);
});

test('what is wrong is named, with what is allowed', () => {
  for (const address of ['9229', 'http://127.0.0.1:9229', '127.0.0.1:', 'a b:1', '127.0.0.1:65536', '']) {
    assert.throws(() => profileSettings({}, address, sources()), {
      message: `--profile: '${address}'; expected host and port of an inspector, such as 127.0.0.1:9229`,
    });
  }
  assert.throws(() => profileSettings({}, undefined, sources({ seconds: 0 })), {
    message: 'thresholds/local.ts profile.seconds: 0; expected seconds from 1 to 600',
  });
});
