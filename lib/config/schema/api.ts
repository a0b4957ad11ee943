/** The API under test: what is asked of it, and what counts as success. */
import * as v from 'valibot';
import {
  addressOrPath,
  anyText,
  bool,
  either,
  list,
  object,
  oneOf,
  optional,
  path,
  payload,
  byName,
  text,
  timeoutMs,
  within,
  type Content,
  type Field,
} from '../fields.ts';

/** JSON as data. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export const json = v.custom<Json>(
  (value) => value !== undefined && typeof value !== 'function',
  'expected a JSON value',
) as Field<Json>;

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
export const headerName = text('expected the name of a header', TOKEN);
export const headerValue = text('expected one line', /^[^\r\n]*$/);
export const expression = v.pipe(anyText, v.check(isExpression, 'expected a regular expression'));

/** A secret by name, never by value: an environment variable, or a key of a k6 secret source. */
export const secret = either((value) =>
  'secretSource' in value ? object({ secretSource: anyText }) : object({ variable: anyText }),
);
export type Secret = Content<typeof secret>;

/** A value that is a secret stands here by its name: `{ 'X-Api-Key': { variable: 'API_KEY' } }`. */
export const headers = byName(
  headerName,
  v.lazy((value) => (typeof value === 'object' ? secret : headerValue)),
  'expected headers by name',
);
export type CallHeaders = Content<typeof headers>;

/** Where the bearer token of a request comes from. */
export const auth = either(({ type }) => {
  switch (type) {
    /** One token for all. The guide's AUTH_TOKEN is `{ type: 'token', token: { variable: 'AUTH_TOKEN' } }`. */
    case 'token':
      return object({ type: oneOf('token'), token: secret });
    /** A file of tokens, one a line, spread over the users. Relative to the working directory. */
    case 'file':
      return object({
        type: oneOf('file'),
        path: text('expected the path of a file with one token per line', /\S/),
      });
    /** OAuth 2 client credentials (RFC 6749, 4.4). Each user fetches its own token and renews it. */
    case 'oauth2':
      return object({
        type: oneOf('oauth2'),
        /** Absolute, or relative to the base URL. */
        tokenUrl: addressOrPath,
        clientId: anyText,
        clientSecret: secret,
        scope: optional(anyText),
      });
    default:
      return object({ type: oneOf('none', 'token', 'file', 'oauth2') as Field<'none'> });
  }
});
export type Auth = Content<typeof auth>;

const statuses = list('expected at least one status', within('a status', 100, 599, true));
const values = byName(v.string(), json, 'expected values by their path');

/** What counts as success. A rule is data: it travels to every virtual user. */
const successRule = object({
  status: statuses,
  /** The answer's Content-Type must contain this, for example `json`; `null` accepts any. */
  contentType: v.nullable(anyText),
  /** Values that the answer's JSON must have, by path: `{ 'status': 'completed', 'result.code': 0 }`. */
  json: optional(values),
  /** A value of the answer's JSON, by path, that differs from the last answer's: no cache answered. */
  fresh: optional(anyText),
  /** What the answer's text must hold, whatever its type: words, or what a regular expression matches. */
  text: optional(
    either((value) => ('pattern' in value ? object({ pattern: expression }) : object({ contains: anyText }))),
  ),
  /** An answer without a body is a success as well; where nothing else looks at bodies, they are not read either. */
  emptyBody: optional(bool),
});
export interface SuccessRule extends Content<typeof successRule> {}

/** What is so of an answer: all that is named. In `json` values stand by their path, and a list for any of its values. */
const answerRule = v.pipe(
  object({ status: optional(statuses), json: optional(values) }),
  v.check(
    (rule) => Object.keys({ ...rule, ...rule.json }).length > (rule.json === undefined ? 0 : 1),
    "expected { status: [200] }, { json: { state: 'done' } } or both",
  ),
);
export interface AnswerRule extends Content<typeof answerRule> {}

const pathWithValue = text(
  'expected a path in which {…} names a value of the answer, such as /jobs/{id}',
  /^\/\S*\{[^{}]+\}\S*$/,
);

/**
 * How a workflow that goes on after its answer is followed. Its latency is that of the whole, from the request until it is
 * seen to be done; one that is not done within `timeoutMs` has failed. `success` judges the answer to the request itself.
 */
const completion = object({
  /**
   * Where its status stands, always on the same host: a header of the answer (`Location`), a path in its JSON, or a path
   * below the base URL in which `{…}` is a value of that JSON, such as `/api/v1/jobs/{job.id}`.
   */
  statusAt: either((value) => {
    if ('path' in value) return object({ path: pathWithValue });
    if ('json' in value) return object({ json: anyText });
    return object({ header: headerName });
  }),
  /** What the answer to a status request is once the workflow is done. */
  done: answerRule,
  /** What it is once it has failed; an answer from 400 on that is not `done` is a failure as well. */
  failed: optional(answerRule),
  /** Time between two status requests: by so much at most a latency is too long. */
  everyMs: timeoutMs,
});
export interface Completion extends Content<typeof completion> {}

/** Where an answer says how long the server itself took. Experiments report it by arm; nothing is decided by it. */
const serverTime = object({
  /** Such as `Server-Timing`, or `X-Response-Time`, which is a number. */
  header: headerName,
  /** The metric of `Server-Timing`, such as `total`; left out where the header is a number. */
  metric: optional(text('expected the name of a metric in Server-Timing', TOKEN)),
  /** Of a number that names none; `ms` by default. */
  unit: optional(oneOf('s', 'ms', 'us')),
});
export interface ServerTime extends Content<typeof serverTime> {}

export const apiFields = {
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
  /** Path below the base URL; ENDPOINT overrides it. */
  endpoint: path,
  headers,
  /**
   * Request bodies: the sample workflows, the guide's one body, or a file of the team's own. A .json file is an array of
   * bodies; of any other the text is the one body, sent as it is with the Content-Type of `headers`.
   */
  payload,
  success: successRule,
  /**
   * Which time decides: the whole answer (by default), or its first byte, for answers that are streamed. The first byte may
   * be that of the answer's head.
   */
  latency: optional(oneOf('answer', 'firstByte')),
  /** For workflows that answer first and finish later. */
  completion: optional(completion),
  serverTime: optional(serverTime),
  /** A request without an answer by then counts as failed. */
  timeoutMs,
  /**
   * Cookies that answers set go with later requests of the same virtual user. By default none does: a sticky balancer would
   * pin an experiment to one instance.
   */
  keepCookies: optional(bool),
  /** Asked once before any load: is the target up, is the token accepted? */
  probe: object({ method: oneOf('GET', 'HEAD', 'POST', 'OPTIONS'), path }),
};
export const api = object(apiFields);
/** The API under test. */
export interface Api extends Content<typeof api> {}

function isExpression(pattern: string): boolean {
  try {
    return new RegExp(pattern) instanceof RegExp;
  } catch {
    return false;
  }
}
