import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerVariable, secretVariable, variable, VARIABLES, type Variable } from './variables.ts';

/** What a variable becomes, or the error's text. */
function read(name: Variable, text: string | undefined): unknown {
  try {
    return variable({ [name]: text }, name);
  } catch (error) {
    return error instanceof Error ? error.message : error;
  }
}

test('each kind of value, on both sides of what is allowed', () => {
  const values: [Variable, string, unknown][] = [
    ['ITERATIONS', '1', 1],
    ['ITERATIONS', ' 5000 ', 5_000],
    ['ITERATIONS', '1e3', 1_000],
    ['ITERATIONS', '1000000000', 1_000_000_000],
    ['P95', '0.001', 0.001],
    ['P95', '.5', 0.5],
    ['ERROR_RATE', '0', 0],
    ['ERROR_RATE', '1', 1],
    ['THINK_TIME', '0', 0],
    ['SEED', '4294967295', 4_294_967_295],
    ['ABORT', 'true', true],
    ['RATE', '0.5', 0.5],
    ['RATE', '30s:100', [{ duration: '30s', target: 100 }]],
    ['RATE', '30s:0.5', [{ duration: '30s', target: 0.5 }]],
    ['LOAD', 'rate', 'rate'],
    ['BASE_URL', 'https://api.example.com:8443/base/', 'https://api.example.com:8443/base/'],
    ['BASE_URL', 'http://[::1]:3000', 'http://[::1]:3000'],
    ['BASE_URL', 'http://a:65535', 'http://a:65535'],
    // As Docker Compose names hosts; a full name; one that DNS calls a service.
    ['BASE_URL', 'http://api_gateway:3000', 'http://api_gateway:3000'],
    ['BASE_URL', 'http://_http._tcp.api.example', 'http://_http._tcp.api.example'],
    ['BASE_URL', 'https://api.example.com.:8443/a', 'https://api.example.com.:8443/a'],
    ['ENDPOINT', '/a?b=c', '/a?b=c'],
    ['PAYLOAD', 'a b.json', 'a b.json'],
    ['PAYLOAD', 'order.xml', 'order.xml'],
    ['MACHINE_CLASS', ' 4 × ci ', '4 × ci'],
    ['MACHINE_CLASS', '2 × AMD EPYC', '2 × AMD EPYC'],
    [
      'STAGES',
      '30s:10, 1m:50 ,0.5s:0',
      [
        { duration: '30s', target: 10 },
        { duration: '1m', target: 50 },
        { duration: '0.5s', target: 0 },
      ],
    ],
  ];
  for (const [name, text, value] of values) assert.deepEqual(read(name, text), value, `${name}=${text}`);

  const refused: [Variable, string[]][] = [
    ['ITERATIONS', ['0', '-5', '1.5', '1000000001', '1_000', '0x10', 'NaN', 'Infinity', '5 0', '5;']],
    ['P95', ['0', '-1', '150ms', 'Infinity', '1e999']],
    ['ERROR_RATE', ['-0.1', '1.01', '1%']],
    ['THINK_TIME', ['-1', '3601', '1s']],
    ['SEED', ['-1', '4294967296', '0.5']],
    ['ABORT', ['TRUE', '1', 'yes']],
    ['RATE', ['0', '-200', '200/s', '30s:0', '1000001']],
    ['LOAD', ['Stages', 'users']],
    ['MACHINE_CLASS', ['a\nb', 'x'.repeat(81)]],
    [
      'BASE_URL',
      [
        'ftp://a',
        'http://',
        'http://a b',
        'http://a?b',
        'http://a#b',
        'http://u:p@a',
        '//a',
        'http://a:x',
        'http://a:65536',
        'http://a..',
        'http://-a',
        'http://.a',
      ],
    ],
    ['ENDPOINT', ['a', '/a b', 'http://a/b']],
    ['PAYLOAD', ['a.', '.json', 'Mix']],
    [
      'STAGES',
      [
        '30s',
        '30s:',
        ':10',
        '30:10',
        '30s:0',
        '30s:1.5',
        '30s:-1',
        '0s:10',
        '30s:10,',
        ',30s:10',
        '30s:10;1m:5',
      ],
    ],
  ];
  for (const [name, texts] of refused) {
    for (const text of texts) {
      assert.match(
        String(read(name, text)),
        new RegExp(`^${name}: .+; (expected|allowed:) .+`),
        `${name}=${text}`,
      );
    }
  }
});

test('empty counts as not set: CI systems export what they do not have as empty', () => {
  for (const name of VARIABLES) {
    for (const text of [undefined, '', '  ']) assert.equal(read(name, text), undefined, name);
  }
});

test('an error is one printable line of bounded length, without a password', () => {
  assert.equal(read('P95', '1\n2\u001b[31m'), "P95: '1\\n2\\u001b[31m'; expected milliseconds above 0");
  assert.ok(String(read('P95', 'x'.repeat(10_000))).length < 300);
  const message = String(read('BASE_URL', 'http://user:hunter2@host/a'));
  assert.ok(!message.includes('hunter2') && !message.includes('user:'), message);
});

test('what may be a secret in an address stays out of the line that refuses it', () => {
  for (const address of ['http://user:s3/cr3t@h', 'http://h/?key=s3/cr3t', 'ftp://a:s3/cr3t@h/b@c']) {
    assert.ok(!String(read('BASE_URL', address)).includes('cr3t'), address);
  }
  assert.ok(!String(read('ENDPOINT', 'execute?code=s3cret')).includes('s3cret'));
});

test('a secret is trimmed, and never shown', () => {
  assert.equal(secretVariable({ AUTH_TOKEN: ' abc\n' }, 'AUTH_TOKEN'), 'abc');
  assert.equal(secretVariable({ AUTH_TOKEN: '  ' }, 'AUTH_TOKEN'), undefined);
  for (const secret of ['two words', 'tab\there', 'umläut', 'line\nbreak']) {
    assert.throws(
      () => secretVariable({ AUTH_TOKEN: secret }, 'AUTH_TOKEN'),
      (error: Error) => error.message.startsWith('AUTH_TOKEN: ') && !error.message.includes(secret),
    );
  }
});

test('the secret value of a header may have spaces, and no other white space', () => {
  assert.equal(headerVariable({ COOKIE: ' a=1; b=2\n' }, 'COOKIE'), 'a=1; b=2');
  assert.throws(() => headerVariable({ COOKIE: 'a=1\nb=2' }, 'COOKIE'), /^ConfigError: COOKIE: holds/);
});
