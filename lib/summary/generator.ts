/** The load generator's own health: what its numbers are worth. */
import type { GeneratorResult } from '../result/run-result.ts';

/** What a machine has. */
interface Machine {
  cpus: number;
  memoryBytes: number;
}

/** From this share of a machine on the generator waits for itself. */
const FULL_SHARE = 0.9;

/** One line for each thing that makes the numbers doubtful; none where the generator was healthy. */
export function generatorWarnings(
  { meanCpus, peakResidentBytes, droppedIterations }: GeneratorResult,
  { cpus, memoryBytes }: Machine,
): string[] {
  return [
    ...(meanCpus !== null && meanCpus >= FULL_SHARE * cpus
      ? [
          `k6 kept ${meanCpus.toFixed(1)} of ${cpus} processors busy: latencies may include generator delays; reduce the load, or use a larger machine`,
        ]
      : []),
    ...(peakResidentBytes !== null && peakResidentBytes >= FULL_SHARE * memoryBytes
      ? [`k6 held ${megabytes(peakResidentBytes)} of ${megabytes(memoryBytes)} MB of memory`]
      : []),
    ...(droppedIterations > 0
      ? [
          `k6 dropped ${droppedIterations} iterations: all users were waiting for answers; the target was slower than the rate, or there are too few users`,
        ]
      : []),
  ];
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
