/** What init asks in a terminal, where an option has not said it. */
import { createInterface } from 'node:readline/promises';
import { note, type Finding } from '../doctor/finding.ts';
import { findingLines } from '../doctor/text.ts';
import { UsageError } from '../errors.ts';
import { goesOn } from './curl.ts';
import { headerValue, type ExampleRequest } from './example.ts';
import { exampleOf, isGiven, type ExampleOptions } from './init.ts';
import { switchingOf, WAYS, type SwitchingOptions, type Way } from './switching.ts';

export interface Dialogue {
  /** @returns the answer; `suggestion` where it is empty */
  ask: (question: string, suggestion?: string) => Promise<string>;
  say: (line: string) => void;
}

/** In this process's terminal. Of a text that is pasted in several lines, none is lost. */
export function inTerminal(): Dialogue & { close: () => void } {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const lines = terminal[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = (await lines.next()) as IteratorResult<string, undefined>;
    if (done === true)
      throw new UsageError('init: the input ended before all was answered; nothing was written');
    return value;
  };
  return {
    close: () => {
      terminal.close();
    },
    say: (line) => process.stdout.write(`${line}\n`),
    ask: async (question, suggestion = '') => {
      terminal.setPrompt(`${question}${suggestion === '' ? '' : ` [${suggestion}]`}: `);
      terminal.prompt();
      let answer = await next();
      while (/^\s*curl\s/.test(answer) && goesOn(answer)) answer += `\n${await next()}`;
      return answer.trim() === '' ? suggestion : answer.trim();
    },
  };
}

/** The example of the options, or one that is asked for until it can be read. */
export async function askExample<T extends ExampleOptions>(
  given: T,
  dialogue: Dialogue,
): Promise<T & ExampleOptions & { example: ExampleRequest }> {
  if (isGiven(given)) return { ...given, example: await exampleOf(given) };
  for (;;) {
    try {
      const options = { ...given, ...(await askSource(dialogue)) };
      return { ...options, example: await exampleOf(options) };
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      dialogue.say(error.message);
    }
  }
}

async function askSource(dialogue: Dialogue): Promise<Partial<ExampleOptions>> {
  const source = await dialogue.ask(
    'An example request: a line for curl (in a browser: Copy as cURL), a HAR or OpenAPI file, or an address',
  );
  if (/^curl\s/.test(source)) return { curl: source };
  if (/\.har(#\d+)?$/i.test(source)) return { har: source };
  if (/\.(json|ya?ml)$/i.test(source)) {
    const operation = await dialogue.ask('Operation: its operationId, or method and path; empty: lists them');
    const baseUrl = await dialogue.ask('Where the service runs; empty: as the file says');
    return {
      openapi: source,
      ...(operation === '' ? {} : { operation }),
      ...(baseUrl === '' ? {} : { baseUrl }),
    };
  }
  const body = await dialogue.ask('Body that it is sent; empty: none', '');
  const method = await dialogue.ask('Method', body === '' ? 'GET' : 'POST');
  return { path: source, method, ...(body === '' ? {} : { body }) };
}

/** Where the example has no token: the variable that will hold one. */
export async function askToken({ headers }: ExampleRequest, dialogue: Dialogue): Promise<string | undefined> {
  if (headerValue(headers, 'authorization') !== undefined) return undefined;
  const name = await dialogue.ask(
    'Variable that holds the bearer token, such as AUTH_TOKEN; empty: none is sent',
  );
  return name === '' ? undefined : name;
}

const QUESTIONS = {
  switch: 'The call that switches: PUT /flags {"on":"{value}"}, or a line for curl',
  command: 'The command that is run for each switch, with the settings in its environment',
  switchHeader: 'The header that switches one request: X-Flags: {settings}',
} as const;

/** Until they are whole. */
export async function askSwitching<T extends Omit<SwitchingOptions, 'by'>>(
  given: T,
  findings: readonly Finding[],
  dialogue: Dialogue,
): Promise<T & SwitchingOptions> {
  const [echo = ''] = findings.flatMap(({ text }) => /--proof '([^']+)'/.exec(text)?.[1] ?? []);
  for (;;) {
    const by = await dialogue.ask(`How observability is switched: ${WAYS.join(', ')}`, 'none');
    try {
      const options = { ...given, ...(await askWay(by as Way, echo, dialogue)) };
      switchingOf(options);
      return options;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      dialogue.say(findingLines(note('switching', error.message)).join('\n'));
    }
  }
}

async function askWay(by: Way, echo: string, dialogue: Dialogue): Promise<SwitchingOptions> {
  const nothing = { by, setting: [], switch: [], url: [], proof: [] };
  if (!WAYS.includes(by)) throw new UsageError(`'${by}'; allowed: ${WAYS.join(', ')}`);
  if (by === 'none') return nothing;
  const settings = await dialogue.ask(
    'Settings, separated by spaces: NAME, which is false and true, or NAME=off,on; empty: those of the guide',
  );
  const detail = await askDetail(by, dialogue);
  const proof = await dialogue.ask(
    "How a switch is proven: 'echo <header>', 'echo json <path>', 'read <path> <path in the answer>', 'counter …', 'uptime …'; none never passes",
    echo === '' ? 'none' : echo,
  );
  const setting = settings.split(/\s+/).filter((name) => name !== '');
  return { ...nothing, setting, ...detail, proof: [proof] };
}

async function askDetail(by: Exclude<Way, 'none'>, dialogue: Dialogue): Promise<Partial<SwitchingOptions>> {
  switch (by) {
    case 'call':
      return { switch: [await dialogue.ask(QUESTIONS.switch)] };
    case 'command':
      return { command: await dialogue.ask(QUESTIONS.command) };
    case 'header':
      return { switchHeader: await dialogue.ask(QUESTIONS.switchHeader) };
    case 'deployments': {
      const none = await dialogue.ask('Address of the deployment without observability');
      const all = await dialogue.ask('Address of the one with it');
      const swap = await dialogue.ask('Command that exchanges the two; empty: none, and no PASS');
      return { url: [`none=${none}`, `all=${all}`], ...(swap === '' ? {} : { swap }) };
    }
  }
}
