/** Connections as k6 makes them: by the proxies of the environment, and with its trust in certificates. */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Env } from '../../lib/config/variables.ts';

/** Where Linux distributions keep what k6 trusts by itself. */
const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** The file of certificates that k6 and the command line trust beside the system's; k6 itself knows the first name only. */
export function certificateFile(env: Env): string | undefined {
  return given(env.SSL_CERT_FILE) ?? given(env.NODE_EXTRA_CA_CERTS);
}

/** Made where a request needs it: loading the library takes a tenth of a second. */
export async function connections(env: Env): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const tls = /^(1|t|true)$/i.test(env.K6_INSECURE_SKIP_TLS_VERIFY ?? '')
    ? { rejectUnauthorized: false }
    : { ca: [...rootCertificates, ...(await certificates(env))] };
  return new EnvHttpProxyAgent({
    httpProxy: given(env.http_proxy) ?? given(env.HTTP_PROXY) ?? '',
    httpsProxy: given(env.https_proxy) ?? given(env.HTTPS_PROXY) ?? '',
    noProxy: withoutProxy(given(env.no_proxy) ?? given(env.NO_PROXY) ?? ''),
    connect: tls,
    // Plain requests go to the proxy as they are: many let CONNECT through to port 443 alone.
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
  });
}

/** As k6 reads it: a name stands for what is below it as well, and this machine is never asked by a proxy. */
function withoutProxy(list: string): string {
  const names = list.split(/[\s,]+/).filter((name) => name !== '');
  const below = names.filter((name) => /^[A-Za-z0-9]/.test(name)).map((name) => `.${name}`);
  return [...names, ...below, 'localhost', '127.0.0.1', '::1'].join(',');
}

async function certificates(env: Env): Promise<string[]> {
  const own = certificateFile(env);
  const files = own === undefined ? SYSTEM_FILES : [own, ...SYSTEM_FILES];
  const read = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return read.filter((text) => text.includes('BEGIN CERTIFICATE'));
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
