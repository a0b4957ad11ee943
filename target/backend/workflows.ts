// The sample workflows: what they do, step by step, and what they cost.
import { setTimeout as wait } from 'node:timers/promises';

interface Agent {
  readonly model: string;
  readonly systemPrompt: string;
}

export const agents = {
  writer: {
    model: 'gpt-4o',
    systemPrompt:
      'You write clear, friendly business prose. Keep to the facts that you are given and invent none.',
  },
  analyst: {
    model: 'gpt-4.1',
    systemPrompt:
      'You read documents closely and report what they say, in order, with the figures and where they stand.',
  },
  router: {
    model: 'gpt-4o-mini',
    systemPrompt:
      'You decide which department a message is for. Answer with one category and a confidence from 0 to 1.',
  },
} as const satisfies Record<string, Agent>;

export type AgentName = keyof typeof agents;

export const isAgentName = (name: string): name is AgentName => Object.hasOwn(agents, name);

/** A call of a model, or of a tool (which has no tokens and no price). */
export interface Step {
  readonly name: string;
  /** null: the agent that the request names. */
  readonly agent: AgentName | null;
  readonly kind: 'model' | 'tool';
  /** Length of the simulated answer, words. */
  readonly words: number;
  /** How long it takes, in units of WORK_MS. */
  readonly units: number;
}

export interface Workflow {
  readonly id: string;
  /** Does the steps that name none, unless the request names another. */
  readonly agent: AgentName;
  /** Longest message, characters. */
  readonly maxMessageLength: number;
  readonly steps: readonly Step[];
}

const model = (name: string, agent: AgentName | null, words: number, units: number): Step => ({
  name,
  agent,
  kind: 'model',
  words,
  units,
});
const tool = (name: string, words: number, units: number): Step => ({
  name,
  agent: null,
  kind: 'tool',
  words,
  units,
});

const all: readonly Workflow[] = [
  { id: 'test-workflow', agent: 'writer', maxMessageLength: 20_000, steps: [model('answer', null, 20, 1)] },
  { id: 'classify-ticket', agent: 'router', maxMessageLength: 5_000, steps: [model('classify', null, 6, 1)] },
  {
    id: 'extract-invoice',
    agent: 'analyst',
    maxMessageLength: 20_000,
    steps: [tool('read-document', 40, 1), model('extract-fields', null, 60, 2)],
  },
  {
    id: 'draft-reply',
    agent: 'writer',
    maxMessageLength: 10_000,
    steps: [model('classify', 'router', 6, 1), model('draft', null, 120, 3)],
  },
  {
    id: 'summarize-document',
    agent: 'writer',
    maxMessageLength: 50_000,
    steps: [
      model('outline', 'analyst', 60, 2),
      model('summarize', null, 150, 3),
      model('check', 'analyst', 20, 1),
    ],
  },
  {
    id: 'research-topic',
    agent: 'analyst',
    maxMessageLength: 20_000,
    steps: [
      model('plan', null, 60, 2),
      tool('search', 120, 2),
      model('read', null, 150, 3),
      model('write', 'writer', 250, 4),
      model('review', null, 40, 1),
    ],
  },
];

/** By id. */
export const workflows: ReadonlyMap<string, Workflow> = new Map(
  all.map((workflow) => [workflow.id, workflow]),
);

export interface WorkflowInput {
  readonly message: string;
  /** Does the steps that name no agent. */
  readonly agent: AgentName;
}

export interface StepRun {
  readonly step: Step;
  readonly agent: AgentName;
  readonly prompt: string;
  readonly output: string;
}

/** Stands between the runner and a step, to observe it: calls `run` once and returns what that returns. */
export type AroundStep = (call: Omit<StepRun, 'output'>, run: () => Promise<string>) => Promise<string>;

/**
 * Runs the steps in order; each reads the message and the output of the step before.
 * `workMs` is the simulated model latency of one unit, milliseconds.
 */
export async function runWorkflow(
  workflow: Workflow,
  input: WorkflowInput,
  workMs: number,
  around: AroundStep,
): Promise<readonly StepRun[]> {
  const runs: StepRun[] = [];
  for (const step of workflow.steps) {
    const agent = step.agent ?? input.agent;
    const before = runs.at(-1)?.output;
    const prompt = before === undefined ? input.message : `${input.message}\n\n${before}`;
    const call = { step, agent, prompt };
    const output = await around(call, () => simulate(step, input.message, workMs));
    runs.push({ ...call, output });
  }
  return runs;
}

/** Waits as the model would and answers with text that depends on the message only. */
async function simulate(step: Step, message: string, workMs: number): Promise<string> {
  // Node's timers count whole milliseconds.
  const waitMs = Math.round(step.units * workMs);
  if (waitMs > 0) await wait(waitMs);
  const first = message.length % vocabulary.length;
  return `${step.name}: ${sentence(first, step.words)}`;
}

const vocabulary = (
  'the customer asked whether the invoice of last month could be paid in two parts because the delivery was late and ' +
  'some items were missing while the contract grants thirty days from receipt so the team proposes to confirm both ' +
  'dates in writing and to ship what is missing before the end of the week without further cost'
).split(' ');

/** `count` words of the vocabulary, round and round, from word number `first` on. */
function sentence(first: number, count: number): string {
  const words: string[] = [];
  for (let index = 0; index < count; index += 1)
    words.push(vocabulary[(first + index) % vocabulary.length] ?? '');
  return words.join(' ');
}
