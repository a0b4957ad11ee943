/** Connections as k6 makes them: by the proxies of the environment, and with its trust in certificates. */
import { readFile } from 'node:fs/promises';
import { rootCertificates } from 'node:tls';
import type { Dispatcher } from 'undici';
import type { Env } from '../../lib/config/variables.ts';
import { redactedAddress } from '../../lib/format/redacted.ts';

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

/**
 * Made where a request needs it: loading the library takes a tenth of a second.
 * @throws Error that names the variable where a proxy has no address
 */
export async function connections(env: Env): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('undici');
  const tls = /^(1|t|true)$/i.test(env.K6_INSECURE_SKIP_TLS_VERIFY ?? '')
    ? { rejectUnauthorized: false }
    : { ca: [...rootCertificates, ...(await certificates(env))] };
  return new EnvHttpProxyAgent({
    httpProxy: proxyOf(env, 'http_proxy', 'HTTP_PROXY'),
    httpsProxy: proxyOf(env, 'https_proxy', 'HTTPS_PROXY'),
    noProxy: withoutProxy(given(env.no_proxy) ?? given(env.NO_PROXY) ?? ''),
    connect: tls,
    // Plain requests go to the proxy as they are: many let CONNECT through to port 443 alone.
    proxyTunnel: false,
    requestTls: tls,
    proxyTls: tls,
  });
}

/** As k6 reads it: without a scheme it is http. The first name that is set counts; empty where none is. */
function proxyOf(env: Env, ...names: readonly string[]): string {
  const name = names.find((one) => given(env[one]) !== undefined);
  const value = name === undefined ? undefined : given(env[name]);
  if (name === undefined || value === undefined) return '';
  const address = value.includes('://') ? value : `http://${value}`;
  if (URL.canParse(address) && /^(https?|socks5?):$/.test(new URL(address).protocol)) return address;
  throw new Error(
    `${name}: '${redactedAddress(value)}' is no address of a proxy; expected one such as http://proxy.example.com:3128`,
  );
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
