/** The load generator's health, added to the result that a run has written. */
import { rename, writeFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { generatorWarnings } from '../../lib/summary/generator.ts';
import type { GeneratorResult } from '../../lib/result/run-result.ts';
import type { UsageSummary } from '../process/watch.ts';
import type { FoundResult } from './result.ts';

/** Adds what k6 used to the result's file, and says on standard error what makes its numbers doubtful. */
export async function addGenerator(found: FoundResult, usage: UsageSummary): Promise<FoundResult> {
  if (!found.ok) return found;
  const generator: GeneratorResult = {
    meanCpus: usage.meanCpus ?? null,
    peakCpus: usage.peakCpus ?? null,
    peakResidentBytes: usage.peakResidentBytes ?? null,
    droppedIterations: found.result.requests.droppedIterations,
  };
  const result = { ...found.result, generator };
  // Renamed into place: a reader sees the old result or the new one.
  await writeFile(`${found.path}.part`, `${JSON.stringify(result)}\n`);
  await rename(`${found.path}.part`, found.path);
  const machine = { cpus: availableParallelism(), memoryBytes: totalmem() };
  for (const line of generatorWarnings(generator, machine)) {
    process.stderr.write(`k6-overhead: warning: ${line}\n`);
  }
  return { ...found, result };
}
