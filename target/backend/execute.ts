// POST /api/v1/workflows/execute: checks a request, runs the workflow, stores the execution.
import { randomUUID } from 'node:crypto';
import type { Flags } from '../flags.ts';
import type { Injected, Injector } from '../injection/injector.ts';
import type { Execution, ObservedRun, Observability } from '../observability/observability.ts';
import type { Database, Policy } from '../storage/database.ts';
import type { Policies } from './policies.ts';
import { fields, Refusal } from './refusal.ts';
import { agents, isAgentName, workflows, type AgentName } from './workflows.ts';

export interface ExecuteAnswer {
  readonly executionId: string;
  readonly workflowId: string;
  readonly status: 'completed';
  readonly output: string;
  readonly usage: {
    readonly steps: number;
    readonly inputTokens?: number;
    readonly outputTokens?: number;
    readonly costUsd?: number;
  };
  readonly similar?: { readonly executionId: string; readonly score: number };
}

/** What JSON can carry and PostgreSQL's text cannot hold. */
const unstorable = /[\0\p{Cs}]/u;

export class Executor {
  readonly #database: Database;
  readonly #policies: Policies;
  readonly #observability: Observability;
  readonly #injector: Injector;

  constructor(database: Database, policies: Policies, observability: Observability, injector: Injector) {
    this.#database = database;
    this.#policies = policies;
    this.#observability = observability;
    this.#injector = injector;
  }

  /** Checks an untrusted body; throws a Refusal with 400 or 404. */
  async check(body: unknown): Promise<Execution> {
    const request = fields(body, 'body');
    if (typeof request.workflowId !== 'string') throw new Refusal(400, 'workflowId: must be a string');
    const workflow = workflows.get(request.workflowId);
    if (workflow === undefined)
      throw new Refusal(404, `workflowId: there is no workflow "${request.workflowId.slice(0, 80)}"`);
    const input = fields(request.input, 'input');
    if (typeof input.message !== 'string' || input.message === '')
      throw new Refusal(400, 'input.message: must be a string that is not empty');
    if (unstorable.test(input.message))
      throw new Refusal(400, 'input.message: must not contain a NUL character or half of a surrogate pair');
    const agent = agentOf(input.agent, workflow.agent);
    const policy = await this.#policies.of(workflow.id);
    enforce(policy, input.message, agent);
    return { id: randomUUID(), workflow, input: { message: input.message, agent } };
  }

  /** Runs a checked request; adds to `injected`. Throws an injected error, or a Refusal with 503 when rows cannot be stored. */
  async run(execution: Execution, flags: Flags, injected: Injected): Promise<ExecuteAnswer> {
    // An execution that is answered is stored: without room for its row there is no answer.
    if (this.#database.executions.isFull) throw new Refusal(503, 'the database does not keep up', 1);
    const start = performance.now();
    const run = await this.#observability.run(execution, flags);
    await this.#injector.apply(flags, injected);
    const answer = answerOf(execution, run);
    const isStored = this.#database.executions.offer({
      id: execution.id,
      workflow_id: execution.workflow.id,
      agent: execution.input.agent,
      message: execution.input.message,
      output: answer.output,
      steps: run.steps.length,
      duration_ms: performance.now() - start,
    });
    if (!isStored) throw new Refusal(503, 'the database does not keep up', 1);
    return answer;
  }
}

function answerOf(execution: Execution, { steps, usage, neighbour }: ObservedRun): ExecuteAnswer {
  const sum = (pick: (of: ObservedRun['usage'][number]) => number): number =>
    usage.reduce((total, of) => total + pick(of), 0);
  return {
    executionId: execution.id,
    workflowId: execution.workflow.id,
    status: 'completed',
    output: steps.at(-1)?.output ?? '',
    usage: {
      steps: steps.length,
      ...(usage.length > 0 && {
        inputTokens: sum((of) => of.inputTokens),
        outputTokens: sum((of) => of.outputTokens),
        costUsd: sum((of) => of.costUsd),
      }),
    },
    ...(neighbour !== undefined && { similar: neighbour }),
  };
}

function agentOf(value: unknown, fallback: AgentName): AgentName {
  if (value === undefined) return fallback;
  if (typeof value === 'string' && isAgentName(value)) return value;
  throw new Refusal(400, `input.agent: must be one of ${Object.keys(agents).join(', ')}`);
}

function enforce(policy: Policy, message: string, agent: AgentName): void {
  if (message.length > policy.maxMessageLength)
    throw new Refusal(
      400,
      `input.message: ${message.length} characters; this workflow takes ${policy.maxMessageLength}`,
    );
  if (!policy.agents.includes(agent))
    throw new Refusal(400, `input.agent: this workflow does not allow ${agent}`);
}
