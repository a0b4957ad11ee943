/** Secrets of an example request: taken out, and named by the variable that will hold them. */
import type { Auth, Secret } from '../../thresholds/types.ts';
import { looksSecret, variableFor } from '../doctor/configuration.ts';
import type { ExampleRequest } from './example.ts';

export interface Separated {
  auth: Auth;
  headers: Record<string, string>;
  secretHeaders: Record<string, Secret>;
  /** What the secrets were, by the variables that will hold them. For requests of this process alone: never written or shown. */
  values: Record<string, string>;
}

/**
 * @param tokenVariable holds the bearer token; by default the one that the request names (`Bearer $STAGING_TOKEN`), or
 *   AUTH_TOKEN
 */
export function separated(headers: ExampleRequest['headers'], tokenVariable: string | undefined): Separated {
  const found: Separated = {
    auth: tokenVariable === undefined ? { type: 'none' } : token(tokenVariable),
    headers: {},
    secretHeaders: {},
    values: {},
  };
  for (const [name, value] of headers) {
    const isAuthorization = name.toLowerCase() === 'authorization';
    const bearer = isAuthorization ? /^Bearer\s+(\S+)$/i.exec(value)?.[1] : undefined;
    if (bearer !== undefined) {
      const variable = tokenVariable ?? variableIn(bearer) ?? 'AUTH_TOKEN';
      found.auth = token(variable);
      if (variableIn(bearer) === undefined) found.values[variable] = bearer;
    } else if (looksSecret(name, value) || variableIn(value) !== undefined) {
      const variable = variableIn(value) ?? variableFor(name);
      found.secretHeaders[name] = { variable };
      if (variableIn(value) === undefined) found.values[variable] = value;
    } else {
      found.headers[name] = value;
    }
  }
  return found;
}

function token(variable: string): Auth {
  return { type: 'token', token: { variable } };
}

/** The variable's name, where a value is nothing else: `$API_KEY`, `${API_KEY}`, `Basic $AUTHORIZATION`. */
function variableIn(value: string): string | undefined {
  return /^(?:Basic )?\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))$/.exec(value)?.slice(1).find(Boolean);
}
