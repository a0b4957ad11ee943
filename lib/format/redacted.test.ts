import assert from 'node:assert/strict';
import { test } from 'node:test';
import { redacted } from './redacted.ts';

for (const [what, text, expected] of [
  ['user information', 'GET http://user:s3cret@host/path', 'GET http://***@host/path'],
  ['a password with / and @', 'http://user:s3/cr@et@host/path', 'http://***@host/path'],
  ['a query', 'Post "https://host/t?key=s3cret&a=1": refused', 'Post "https://host/t?***": refused'],
  ['a query of a path', "'/execute?code=s3cret'", "'/execute?***'"],
  ['a name and password without a scheme', "'user:s3cret@host/path'", "'***@host/path'"],
  ['a name and password after a broken scheme', 'http:/user:s3cret@host', 'http:/***@host'],
  ['a fragment', "'http://host/path#access_token=s3cret'", "'http://host/path#***'"],
  [
    'the value of an option',
    'curl --api-key s3cret --token "s3cret" /a',
    'curl --api-key *** --token "***" /a',
  ],
  ['a bearer token', 'Authorization: Bearer s3cret, and more', 'Authorization: Bearer ***, and more'],
  ['basic credentials', 'header "Basic czNjcmV0"', 'header "Basic ***"'],
  [
    'what is assigned',
    'API_TOKEN=s3cret "password": "s3cret" x-api-key: s3cret',
    'API_TOKEN=*** "password": "***" x-api-key: ***',
  ],
  [
    'no secret, though it looks near to one',
    "issue #12 at 12:30, --token is missing; mail to a@b, see 'http://host/path'",
    "issue #12 at 12:30, --token *** missing; mail to a@b, see 'http://host/path'",
  ],
  [
    'nothing',
    'was the target switched? It answered 404: try /a/b again',
    'was the target switched? It answered 404: try /a/b again',
  ],
] as const) {
  test(`redacted: ${what}`, () => {
    assert.equal(redacted(text), expected);
  });
}
