/** What is sent to the API under test: sample workflows and agents, the guide's one body, or a team's own. */
import type { TargetApi } from '../config/config.ts';
import { ConfigError } from '../config/config-error.ts';

/** The body that the guide's scripts send. */
export interface WorkflowRequest {
  workflowId: string;
  input: { message: string; agent?: string };
}

/** Bodies as they are sent, and how often each: `weights` are relative, as many as bodies. */
export interface Payloads {
  bodies: string[];
  weights: number[];
}

/** A workflow that the reference target knows, with messages of different length. */
interface SampleWorkflow {
  workflowId: string;
  agent: string;
  /** Relative frequency. */
  weight: number;
  messages: string[];
}

const TEST_REQUEST: WorkflowRequest = { workflowId: 'test-workflow', input: { message: 'Test' } };

const SAMPLE_WORKFLOWS: readonly SampleWorkflow[] = [
  {
    workflowId: 'classify-ticket',
    agent: 'router',
    weight: 40,
    messages: [
      'My invoice from last month shows two charges for the same seat.',
      'The export button does nothing in the mobile app since this morning.',
      'How do I give a colleague read access to one project only?',
    ],
  },
  {
    workflowId: 'draft-reply',
    agent: 'writer',
    weight: 25,
    messages: [
      'Thank the customer for the report, confirm the refund of 49 EUR, and say that it takes three working days.',
      'Explain politely that the trial cannot be extended a second time, and offer a call with the sales team.',
    ],
  },
  {
    workflowId: 'extract-invoice',
    agent: 'analyst',
    weight: 20,
    messages: [
      'Invoice 2024-0917, Northwind GmbH, due 30 September: 12 x sensor A3 at 18.50, 2 x gateway at 240.00, VAT 19 %.',
      'Rechnung Nr. 88/3, Müller & Söhne: 1 Wartung zu 320,00 €, Anfahrt 45,00 €, zahlbar in 14 Tagen ohne Abzug.',
    ],
  },
  {
    workflowId: 'summarize-document',
    agent: 'writer',
    weight: 10,
    messages: [paragraph(12), paragraph(40)],
  },
  {
    workflowId: 'research-topic',
    agent: 'analyst',
    weight: 5,
    messages: [
      'Compare three ways to store time series of sensor data for two years, with costs, and recommend one.',
    ],
  },
];

/**
 * The bodies of a run.
 * @param file the text of the file that `payload` names, where it names one
 * @throws ConfigError where that file holds no payloads
 */
export function payloads(
  { payload, headers }: Pick<TargetApi, 'payload' | 'headers'>,
  file: string | null,
): Payloads {
  if (payload === 'test') return { bodies: [JSON.stringify(TEST_REQUEST)], weights: [1] };
  if (payload === 'mix') return sampleMix();
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const text = (file ?? '').replace(/^\ufeff/, '');
  return payload.endsWith('.json') ? fromFile(payload, text, type) : oneBody(payload, text, type);
}

/** Whether a payload stands in a file. */
export function isFile(payload: TargetApi['payload']): boolean {
  return payload !== 'mix' && payload !== 'test';
}

/** A file whose text is the body. Of a form it is without the line break that editors put at its end: it would be part of the last value. */
function oneBody(path: string, text: string, type: string | undefined): Payloads {
  if (type === undefined || isJson(type)) {
    throw new ConfigError(
      'PAYLOAD',
      `${path} would be sent ${type === undefined ? 'without a Content-Type' : `as ${type}`}`,
      "expected its own in api.headers: { 'Content-Type': 'application/xml' }, or a .json file",
    );
  }
  const body = /x-www-form-urlencoded/i.test(type) ? text.replace(/\r?\n$/, '') : text;
  if (body.trim() === '')
    throw new ConfigError('PAYLOAD', `${path} is empty`, 'expected the text of a request body');
  return { bodies: [body], weights: [1] };
}

function isJson(type: string): boolean {
  return /[/+]json\b/i.test(type);
}

function sampleMix(): Payloads {
  const entries = SAMPLE_WORKFLOWS.flatMap(({ workflowId, agent, weight, messages }) =>
    messages.map((message) => {
      const request: WorkflowRequest = { workflowId, input: { message, agent } };
      return { body: JSON.stringify(request), weight: weight / messages.length };
    }),
  );
  return { bodies: entries.map(({ body }) => body), weights: entries.map(({ weight }) => weight) };
}

/** A JSON array of bodies, or of `{ "weight": 3, "body": … }`. */
function fromFile(path: string, text: string, type: string | undefined): Payloads {
  const expected =
    'expected a JSON array of request bodies, or of {"weight": 3, "body": …}, with at least one';
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ConfigError('PAYLOAD', `${path} is not JSON (${String(error)})`, expected);
  }
  if (!Array.isArray(parsed) || parsed.length === 0)
    throw new ConfigError('PAYLOAD', `${path} holds no array`, expected);
  const entries = elementsOf(text).map((entry, index) => {
    const place = `${path} entry ${index}`;
    const { weight, body } = weighted(entry, place);
    return { weight, body: sent(body, type, place) };
  });
  return { bodies: entries.map(({ body }) => body), weights: entries.map(({ weight }) => weight) };
}

/** An entry's weight, 1 where it has none, and its body as it is written. */
function weighted(entry: string, place: string): { weight: number; body: string } {
  const fields = entry.startsWith('{') ? Object.fromEntries(elementsOf(entry).map(fieldOf)) : {};
  if (Object.keys(fields).sort().join() !== 'body,weight') return { weight: 1, body: entry };
  const weight: unknown = JSON.parse(fields.weight ?? '');
  if (typeof weight === 'number' && weight > 0) return { weight, body: fields.body ?? '' };
  throw new ConfigError('PAYLOAD', `${place}: weight ${fields.weight ?? ''}`, 'expected a weight above 0');
}

/** A body as it is sent: JSON as it is written, and where the API takes something else, the text that a string holds. */
function sent(body: string, type: string | undefined, place: string): string {
  if (type === undefined || isJson(type)) return body;
  const text: unknown = JSON.parse(body);
  if (typeof text === 'string') return text;
  throw new ConfigError('PAYLOAD', `${place} is not a string`, `expected one: the Content-Type is ${type}`);
}

const STRING = String.raw`"[^"\\]*(?:\\.[^"\\]*)*"`;

/**
 * What stands between the commas of a valid array or object, letter by letter: parsed and written again, a long number would
 * lose digits, and 10.00 become 10.
 */
function elementsOf(json: string): string[] {
  const inner = json.trim().slice(1, -1);
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { 0: token, index } of inner.matchAll(new RegExp(`${STRING}|[\\[\\]{},]`, 'g'))) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    else if (token === ',' && depth === 0) {
      elements.push(inner.slice(start, index).trim());
      start = index + 1;
    }
  }
  const last = inner.slice(start).trim();
  return last === '' ? elements : [...elements, last];
}

/** `"name": value`, the value as it is written. */
function fieldOf(member: string): [name: string, value: string] {
  const [whole = '', name = ''] = new RegExp(`^(${STRING})\\s*:\\s*`).exec(member) ?? [];
  return [JSON.parse(name) as string, member.slice(whole.length)];
}

/** Text of a given number of sentences, for documents. */
function paragraph(sentences: number): string {
  const parts = [
    'The committee met on Tuesday and agreed on the budget for the coming year.',
    'Costs for hosting rose by a tenth, mainly because of longer retention of logs.',
    'Two teams asked for more memory on the workers that index documents.',
    'A review of access rights is due in spring and will take about three weeks.',
  ];
  return Array.from({ length: sentences }, (_, i) => parts[i % parts.length]).join(' ');
}
