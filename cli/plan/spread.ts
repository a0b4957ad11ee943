/** How far the difference of one block strays: from what is known about latency. */
import { sampleStandardDeviation } from 'simple-statistics';
import { lognormalSpread, spreadOf } from '../../lib/experiment/power.ts';
import type { QuantileFunction } from '../../lib/statistics/quantile-function.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import type { Milliseconds } from '../../thresholds/types.ts';
import { CliError, UsageError } from '../errors.ts';
import { readResult } from '../scenario/result.ts';

/** Where the spread comes from: given as a number, from mean and standard deviation of latency, or from a result. */
export interface SpreadOptions {
  spread?: string | undefined;
  mean?: string | undefined;
  sd?: string | undefined;
  from?: string | undefined;
}

export interface Spread {
  /** Standard deviation of a block's difference. */
  ms: Milliseconds;
  /** Where it comes from, for people. */
  from: string;
  /** Blocks differ by more than sampling; only an A/A run shows by how much. */
  samplingOnly: boolean;
}

/**
 * @param requests per arm and block
 * @throws UsageError unless exactly one source is given
 * @throws CliError where a result is none
 */
export async function spreadFrom(options: SpreadOptions, requests: number): Promise<Spread> {
  const { spread, mean, sd, from } = options;
  const latency = mean !== undefined || sd !== undefined;
  if ([spread !== undefined, latency, from !== undefined].filter(Boolean).length !== 1) {
    throw new UsageError(
      'give the spread by --mean and --sd of latency, by --from <result.json>, or by --spread',
    );
  }
  if (spread !== undefined)
    return { ms: milliseconds(spread, '--spread'), from: 'as given', samplingOnly: false };
  if (from !== undefined) return ofResult(await readResult(from), from, requests);
  const [meanMs, sdMs] = [milliseconds(mean, '--mean'), milliseconds(sd, '--sd')];
  return {
    ms: lognormalSpread(meanMs, sdMs, requests),
    from: `lognormal latency of mean ${meanMs} ms and standard deviation ${sdMs} ms`,
    samplingOnly: true,
  };
}

/** A number above 0, where the option is given. @throws UsageError for anything else */
export function positive(text: string | undefined, option: string, unit: string): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? NaN : Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${option}: '${text}'; ${unit} above 0`);
}

/** Of an option that must be given. @throws UsageError otherwise */
export function milliseconds(text: string | undefined, option: string): Milliseconds {
  const value = positive(text, option, 'milliseconds');
  if (value !== undefined) return value;
  throw new UsageError(`${option}: missing; milliseconds above 0`);
}

/** An overhead measurement shows how its blocks really differed; a load run shows its distribution. */
function ofResult({ overhead, latency, run }: RunResult, file: string, requests: number): Spread {
  const differences = (overhead?.differencesMs ?? []).filter((difference) => difference !== null);
  if (overhead !== null && differences.length >= 2) {
    const each = overhead.arms[0]?.blocks.find((block) => block !== null)?.requests ?? requests;
    const measured = sampleStandardDeviation(differences);
    // Larger blocks may differ by as much: only the sampling error shrinks with their size.
    const ms = measured * Math.sqrt(Math.max(1, each / requests));
    return {
      ms,
      from: `the ${differences.length} blocks of ${file}, ${each} requests per arm`,
      samplingOnly: false,
    };
  }
  const { successful, levels } = latency;
  if (successful === null)
    throw new CliError(`${file}: holds no latency of successful requests (${run.scenario})`);
  const distribution: QuantileFunction = {
    count: successful.count,
    p: levels,
    values: successful.quantilesMs,
  };
  return {
    ms: spreadOf(distribution, requests),
    from: `the latency of ${successful.count} requests in ${file}`,
    samplingOnly: true,
  };
}
