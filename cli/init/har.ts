/** A request of a HAR file, as the network panel of a browser saves one. */
import * as v from 'valibot';
import { messageOf, UsageError } from '../errors.ts';
import { readText } from '../read-text.ts';
import { headerValue, type ExampleRequest } from './example.ts';

const pair = v.object({ name: v.string(), value: v.string() });
const har = v.object({
  log: v.object({
    entries: v.array(
      v.object({
        _resourceType: v.optional(v.string()),
        request: v.object({
          method: v.string(),
          url: v.string(),
          headers: v.array(pair),
          postData: v.optional(v.object({ mimeType: v.optional(v.string()), text: v.optional(v.string()) })),
        }),
        response: v.optional(
          v.object({
            status: v.number(),
            content: v.optional(v.object({ mimeType: v.optional(v.string()) })),
          }),
        ),
      }),
    ),
  }),
});

type Entry = v.InferOutput<typeof har>['log']['entries'][number];

/** Requests of a page to its API, as browsers call them, and what has a body; no CORS preflight. */
const isCall = ({ _resourceType, request }: Entry) =>
  request.method !== 'OPTIONS' &&
  (request.method !== 'GET' || _resourceType === undefined || /^(xhr|fetch)$/.test(_resourceType));

/**
 * @param place a file, or one entry of it, counted from 0: `file.har#3`
 * @throws UsageError one line, which lists the requests where the file holds more than one
 */
export async function fromHar(place: string): Promise<ExampleRequest> {
  const [, file = place, number] = /^(.*?)(?:#(\d+))?$/s.exec(place) ?? [];
  const entries = await entriesOf(file);
  const calls = entries.flatMap((entry, index) => (isCall(entry) ? [{ entry, index }] : []));
  const only = calls.length === 1 ? calls[0]?.entry : undefined;
  const entry = number === undefined ? only : entries[Number(number)];
  if (entry !== undefined) return exampleOf(entry, place);
  const shown = calls.slice(0, 8).map(({ entry: { request }, index }) => {
    const { pathname } = URL.canParse(request.url) ? new URL(request.url) : { pathname: '?' };
    return `#${index} ${request.method} ${pathname}`;
  });
  const more = calls.length > shown.length ? `, and ${calls.length - shown.length} more` : '';
  throw new UsageError(
    `--har: ${place}: expected one of its requests, such as ${file}#${calls[0]?.index ?? 0}: ${shown.join(', ') || 'it holds none'}${more}`,
  );
}

async function entriesOf(file: string): Promise<Entry[]> {
  let json: unknown;
  try {
    json = JSON.parse(await readText(file));
  } catch (error) {
    throw new UsageError(`--har: ${file}: ${messageOf(error)}`);
  }
  const result = v.safeParse(har, json);
  if (result.success) return result.output.log.entries;
  throw new UsageError(
    `--har: ${file}: no HAR file; its ${v.getDotPath(result.issues[0]) ?? 'content'} is not as expected`,
  );
}

function exampleOf({ request, response }: Entry, place: string): ExampleRequest {
  const { method, url, headers, postData } = request;
  if (/^multipart\//i.test(postData?.mimeType ?? ''))
    throw new UsageError(`--har: ${place} sends files; expected a request with a body of text`);
  const status = response?.status ?? 0;
  const type = postData?.mimeType;
  const named = headers.map(({ name, value }) => [name, value] as const);
  const isTyped = headerValue(named, 'content-type') !== undefined;
  return {
    method: method.toUpperCase(),
    url,
    headers: isTyped || type === undefined ? named : [...named, ['Content-Type', type]],
    body: postData?.text ?? null,
    // 0 is what a browser writes for a request that it gave up.
    ...(status === 0 ? {} : { answer: { status, contentType: response?.content?.mimeType ?? '' } }),
  };
}
