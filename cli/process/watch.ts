import type { Milliseconds } from '../../thresholds/types.ts';
import { readUsage, type Usage } from './usage.ts';

/** What a process used while it was watched. */
export interface UsageSummary {
  /** Samples taken; with fewer than two there is no CPU figure. */
  samples: number;
  /** Processors kept busy, between the first and the last sample: 1.5 is one and a half processors. */
  meanCpus?: number;
  /** The same, in the busiest interval between two samples. */
  peakCpus?: number;
  /** The largest resident set of all samples, in bytes. */
  peakResidentBytes?: number;
}

/** A usage and the moment of it, in milliseconds of `performance.now()`. */
type Sample = Usage & { atMs: Milliseconds };

/**
 * Watches process `pid` until the function it returns is called or the process ends.
 *
 * @param everyMs time between two samples; below 100 ms the resolution of the processor time shows
 * @returns a function that ends the watch and gives the summary
 */
export function watchUsage(pid: number, everyMs: Milliseconds = 1_000): () => Promise<UsageSummary> {
  const samples: Sample[] = [];
  let pending = Promise.resolve();
  const sample = () => {
    // One after the other, so that samples are in order.
    pending = pending.then(async () => {
      const usage = await readUsage(pid);
      if (usage !== undefined) samples.push({ ...usage, atMs: performance.now() });
    });
  };
  sample();
  const timer = setInterval(sample, everyMs).unref();
  return async () => {
    clearInterval(timer);
    await pending;
    return summarize(samples);
  };
}

/** The summary of samples, which are in the order of their times. */
export function summarize(samples: readonly Sample[]): UsageSummary {
  const [first, ...rest] = samples;
  const last = rest.at(-1);
  if (first === undefined) return { samples: 0 };
  const peakResidentBytes = Math.max(...samples.map(({ residentBytes }) => residentBytes));
  if (last === undefined) return { samples: 1, peakResidentBytes };
  const peakCpus = Math.max(...rest.map((sample, index) => busyCpus(samples[index] ?? first, sample)));
  return { samples: samples.length, meanCpus: busyCpus(first, last), peakCpus, peakResidentBytes };
}

/** Processors kept busy between two samples: processor seconds per second. */
function busyCpus(from: Sample, to: Sample): number {
  return (to.cpuSeconds - from.cpuSeconds) / ((to.atMs - from.atMs) / 1000);
}
