// All of observability around one run of a workflow: what each flag does, in one place.
import { startActiveObservation } from '@langfuse/tracing';
import {
  agents,
  runWorkflow,
  type AroundStep,
  type StepRun,
  type Workflow,
  type WorkflowInput,
} from '../backend/workflows.ts';
import type { Flags } from '../flags.ts';
import type { Database } from '../storage/database.ts';
import type { Langfuse, RootSpan } from './langfuse.ts';
import { usageOf, type ModelUsage } from './model-costs.ts';
import type { RudderStack } from './rudderstack.ts';
import { embed, SimilarityIndex, type Neighbour } from './similarity.ts';

export interface Execution {
  readonly id: string;
  readonly workflow: Workflow;
  readonly input: WorkflowInput;
}

export interface ObservedRun {
  readonly steps: readonly StepRun[];
  /** One for each model call; empty where costs are not tracked. */
  readonly usage: readonly ModelUsage[];
  readonly neighbour: Neighbour | undefined;
}

const unobserved: AroundStep = (_call, run) => run();

export class Observability {
  readonly #langfuse: Langfuse;
  readonly #rudderstack: RudderStack;
  readonly #database: Database;
  readonly #similarities = new SimilarityIndex();
  readonly #workMs: number;

  constructor(langfuse: Langfuse, rudderstack: RudderStack, database: Database, workMs: number) {
    this.#langfuse = langfuse;
    this.#rudderstack = rudderstack;
    this.#database = database;
    this.#workMs = workMs;
  }

  /** Runs the workflow with the observability that `flags` ask for; without any where ENABLE_OBSERVABILITY is false. */
  async run(execution: Execution, flags: Flags): Promise<ObservedRun> {
    if (!flags.ENABLE_OBSERVABILITY) {
      const steps = await runWorkflow(execution.workflow, execution.input, this.#workMs, unobserved);
      return { steps, usage: [], neighbour: undefined };
    }
    const usage: ModelUsage[] = [];
    const steps = await this.#runObserved(execution, flags, usage);
    const neighbour = flags.ENABLE_SIMILARITY_LOGGING ? this.#logSimilarity(execution) : undefined;
    this.#logCosts(execution.id, usage);
    this.#rudderstack.track('Workflow Executed', {
      executionId: execution.id,
      workflowId: execution.workflow.id,
      agent: execution.input.agent,
      steps: steps.length,
    });
    return { steps, usage, neighbour };
  }

  #runObserved(execution: Execution, flags: Flags, usage: ModelUsage[]): Promise<readonly StepRun[]> {
    const { workflow, input } = execution;
    const price = (run: StepRun): ModelUsage | undefined => {
      const priced = flags.TRACK_MODEL_COSTS ? usageOf(run) : undefined;
      if (priced !== undefined) usage.push(priced);
      return priced;
    };
    if (!flags.ENABLE_LANGFUSE_EXPORT) return runWorkflow(workflow, input, this.#workMs, priced(price));

    const work = async (root: RootSpan): Promise<readonly StepRun[]> => {
      root.update({ input: input.message, metadata: { executionId: execution.id } });
      const steps = await runWorkflow(workflow, input, this.#workMs, traced(price));
      root.update({ output: steps.at(-1)?.output });
      return steps;
    };
    return flags.ENABLE_ASYNC_TRACE_EXPORT
      ? this.#langfuse.traceInBackground(workflow.id, work)
      : this.#langfuse.traceBeforeAnswer(workflow.id, work);
  }

  #logCosts(executionId: string, usage: readonly ModelUsage[]): void {
    for (const { model, inputTokens, outputTokens, costUsd } of usage)
      this.#database.costs.offer({
        execution_id: executionId,
        model,
        input_tokens: inputTokens,
        output_tokens: outputTokens,
        cost_usd: costUsd,
      });
  }

  #logSimilarity({ id, input }: Execution): Neighbour | undefined {
    const vector = embed(input.message);
    const neighbour = this.#similarities.compare(id, vector);
    this.#database.similarities.offer({
      execution_id: id,
      nearest_id: neighbour?.executionId ?? null,
      score: neighbour?.score ?? 0,
      vector: Buffer.from(vector.buffer).toString('base64'),
    });
    return neighbour;
  }
}

type Price = (run: StepRun) => ModelUsage | undefined;

/** Tracks costs and traces nothing. */
const priced =
  (price: Price): AroundStep =>
  async (call, run) => {
    const output = await run();
    price({ ...call, output });
    return output;
  };

/** A span for each step: a generation for a model call, with its tokens and price where they are tracked. */
const traced =
  (price: Price): AroundStep =>
  (call, run) =>
    call.step.kind === 'tool'
      ? startActiveObservation(
          call.step.name,
          async (span) => {
            const output = await run();
            span.update({ input: call.prompt, output });
            return output;
          },
          { asType: 'tool' },
        )
      : startActiveObservation(
          call.step.name,
          async (span) => {
            const output = await run();
            const usage = price({ ...call, output });
            span.update({
              model: agents[call.agent].model,
              input: call.prompt,
              output,
              ...(usage && {
                usageDetails: { input: usage.inputTokens, output: usage.outputTokens },
                costDetails: { total: usage.costUsd },
              }),
            });
            return output;
          },
          { asType: 'generation' },
        );
