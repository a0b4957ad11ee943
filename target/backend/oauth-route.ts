// POST /oauth/token: the client-credentials grant of OAuth 2 (RFC 6749, sections 2.3.1, 4.4 and 5).
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Backend } from './backend.ts';

export function registerOauth(app: FastifyInstance, backend: Backend): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
  app.post('/oauth/token', (request, reply) => {
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    if (form.get('grant_type') !== 'client_credentials')
      return reply.code(400).send({ error: 'unsupported_grant_type' });
    const { id, secret } = credentialsOf(request, form);
    if (!backend.tokens.isClient(id, secret))
      return reply.code(401).header('WWW-Authenticate', 'Basic').send({ error: 'invalid_client' });
    return reply
      .header('Cache-Control', 'no-store')
      .send(backend.tokens.issue(form.get('scope') ?? undefined));
  });
}

/** From the Authorization header (Basic) or from the form. */
function credentialsOf(request: FastifyRequest, form: URLSearchParams): { id: string; secret: string } {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined)
    return { id: form.get('client_id') ?? '', secret: form.get('client_secret') ?? '' };
  const [id = '', ...rest] = Buffer.from(basic, 'base64').toString().split(':');
  return { id: unescapeForm(id), secret: unescapeForm(rest.join(':')) };
}

/** Both parts are form-encoded before they are joined; text that is not is taken as it is. */
function unescapeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
