/** Certificates and proxies: k6 and the doctor trust the same, go the same ways, and name what is wrong. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttp, request } from 'node:http';
import { createServer } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { certificateProblem } from '../lib/api/target-problem.ts';
import { assertEnding } from './support/endings.ts';
import { copyProject } from './support/project.ts';

const project = await copyProject();
const folder = mkdtempSync(join(tmpdir(), 'k6-overhead-certificate-'));
after(() => {
  rmSync(folder, { recursive: true, force: true });
});
const certificate = join(folder, 'certificate.pem');
const key = join(folder, 'key.pem');
execFileSync(
  'openssl',
  [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=target.invalid', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:target.invalid'],
    ...['-keyout', key, '-out', certificate],
  ],
  { stdio: 'ignore' },
);

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  return (server.address() as AddressInfo).port;
}

let answers = 0;
const port = await listening(
  createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (incoming, response) => {
    incoming.resume().on('end', () => {
      response.setHeader('Content-Type', 'application/json');
      response.end(`{"executionId":${(answers += 1)},"status":"completed"}`);
    });
  }),
);
const small = {
  LOAD: 'iterations',
  ITERATIONS: '30',
  CONCURRENCY: '3',
  AUTH_TOKEN: 'tok-7f3a9c',
  P95: '5000',
  MONITOR: 'off',
};
const env = { ...small, BASE_URL: `https://127.0.0.1:${port}` };

test('a certificate that nobody knows is named as such, by the run and by the doctor', async () => {
  const run = await project.run('light', { env });
  assertEnding('untrusted-certificate', { code: run.code, output: run.stderr });
  assert.match(run.report, /the certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted/);
  const { code, stdout } = await project.cli(['doctor', 'light'], { env });
  assert.equal(code, 1);
  assert.match(
    stdout,
    /^problem +target +GET .* answered nothing \(.*certificate.*\)\n +→ name the file of its authority by SSL_CERT_FILE/m,
  );
});

test('a certificate for another host is named as such, by the run and by the doctor', async () => {
  const elsewhere = { ...env, SSL_CERT_FILE: certificate, BASE_URL: `https://localhost:${port}` };
  const run = await project.run('light', { env: elsewhere });
  assertEnding('certificate-of-another-host', { code: run.code, output: run.stderr });
  const { code, stdout } = await project.cli(['doctor', 'light'], { env: elsewhere });
  assert.equal(code, 1);
  assert.match(stdout, /\n +→ give the address that the certificate is for by BASE_URL/);
});

test('what k6 and Node.js say of a certificate', () => {
  const of = (error: string) => certificateProblem({ error });
  assert.equal(of('x509: certificate signed by unknown authority'), 'untrusted');
  assert.equal(of('self-signed certificate'), 'untrusted');
  assert.equal(of('x509: certificate is valid for a.example, not b.example'), 'otherHost');
  assert.equal(
    of("x509: cannot validate certificate for ::1 because it doesn't contain any IP SANs"),
    'otherHost',
  );
  assert.equal(of("Hostname/IP does not match certificate's altnames: Host: b"), 'otherHost');
  assert.equal(of('x509: certificate has expired or is not yet valid: current time …'), 'outOfDate');
  assert.equal(of('certificate is not yet valid'), 'outOfDate');
  assert.equal(of('connect ECONNREFUSED 127.0.0.1:1'), null);
});

for (const trust of [
  { SSL_CERT_FILE: certificate },
  { NODE_EXTRA_CA_CERTS: certificate },
  { K6_INSECURE_SKIP_TLS_VERIFY: 'true' },
]) {
  test(`trusted by ${Object.keys(trust).join()}: the doctor and the run agree`, async () => {
    for (const command of ['doctor', 'run']) {
      const { code, stdout, stderr } = await project.cli([command, 'light'], { env: { ...env, ...trust } });
      assert.equal(code, 0, stdout + stderr);
    }
  });
}

test('proxies of the environment, and what is not asked by them', async () => {
  const asked: string[] = [];
  const proxy = createHttp((incoming, response) => {
    asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
    const { pathname } = new URL(incoming.url ?? '');
    const { method, headers } = incoming;
    const onward = request(
      { host: '127.0.0.1', port: plainPort, path: pathname, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 0, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  proxy.on('connect', (incoming, socket) => {
    asked.push(`CONNECT ${incoming.url ?? ''}`);
    const onward = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
  });
  const plainPort = await listening(
    createHttp((incoming, response) => {
      incoming.resume().on('end', () => response.end('{}'));
    }),
  );
  const address = `http://127.0.0.1:${await listening(proxy)}`;
  const proxies = { HTTP_PROXY: address, HTTPS_PROXY: address, SSL_CERT_FILE: certificate };
  for (const [BASE_URL, expected] of [
    ['https://target.invalid', /^CONNECT target\.invalid:443$/],
    ['http://target.invalid', /^GET http:\/\/target\.invalid\//],
  ] as const) {
    asked.length = 0;
    const through = await project.cli(['doctor', 'light'], { env: { ...small, ...proxies, BASE_URL } });
    assert.equal(through.code, 0, through.stdout);
    assert.match(asked[0] ?? '', expected);
    asked.length = 0;
    const past = await project.cli(['doctor', 'light'], {
      env: { ...small, ...proxies, BASE_URL, NO_PROXY: 'example.com,invalid' },
    });
    assert.equal(past.code, 1);
    assert.match(past.stdout, /answered nothing \(getaddrinfo/);
    assert.deepEqual(asked, []);
  }
  const here = await project.cli(['doctor', 'light'], {
    env: { ...small, ...proxies, BASE_URL: `http://127.0.0.1:${plainPort}` },
  });
  assert.equal(here.code, 0, here.stdout);
  assert.deepEqual(asked, []);
});
