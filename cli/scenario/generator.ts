/** The load generator's health, as only the process that started k6 sees it. */
import { availableParallelism, totalmem } from 'node:os';
import { generatorWarnings } from '../../lib/summary/generator.ts';
import type { GeneratorResult, RunResult } from '../../lib/result/run-result.ts';
import type { UsageSummary } from '../process/watch.ts';
import { warn } from '../say.ts';

/** The result with what k6 used; standard error says what makes its numbers doubtful. */
export function addGenerator(result: RunResult, usage: UsageSummary): RunResult {
  const generator: GeneratorResult = {
    meanCpus: usage.meanCpus ?? null,
    peakCpus: usage.peakCpus ?? null,
    peakResidentBytes: usage.peakResidentBytes ?? null,
    droppedIterations: result.requests.droppedIterations,
  };
  const machine = { cpus: availableParallelism(), memoryBytes: totalmem() };
  generatorWarnings(generator, machine).forEach(warn);
  return { ...result, generator };
}
