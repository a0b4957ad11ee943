// What a model call costs: tokens by the model's own tokenizer, prices from a published table (in the package, so
// that nothing is fetched).
import { calcPrice } from '@pydantic/genai-prices';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { agents, type StepRun } from '../backend/workflows.ts';

export interface ModelUsage {
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** US dollars. */
  readonly costUsd: number;
}

/** Tokens and price of one model call; undefined for a tool, which has neither. */
export function usageOf({ step, agent, prompt, output }: StepRun): ModelUsage | undefined {
  if (step.kind === 'tool') return undefined;
  const { model, systemPrompt } = agents[agent];
  const inputTokens = countTokens(systemPrompt) + countTokens(prompt);
  const outputTokens = countTokens(output);
  const price = calcPrice({ input_tokens: inputTokens, output_tokens: outputTokens }, model, {
    providerId: 'openai',
  });
  if (price === null) throw new Error(`no price for the model ${model}`);
  return { model, inputTokens, outputTokens, costUsd: price.total_price };
}
