// The check that comes before every answer of the API.
import type { FastifyRequest } from 'fastify';
import type { Backend } from './backend.ts';
import { Refusal } from './refusal.ts';

/** The refusal of a request without a valid token, else undefined. */
export function authenticate(backend: Backend, request: FastifyRequest): Refusal | undefined {
  if (backend.tokens.accepts(request.headers.authorization)) return undefined;
  return new Refusal(401, 'Authorization: a valid "Bearer <token>" is needed');
}
