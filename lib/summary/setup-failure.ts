/** Why a run ended before its load, for people. */
import { formatFlags } from '../config/settings.ts';
import type { LoadConfig, Target } from '../config/config.ts';
import type { Part } from '../config/part.ts';
import { FAILURE, SETUP_FAILURE } from '../metrics/setup-data.ts';
import type { MonitorProfile, SeriesKind } from '../../thresholds/types.ts';
import type { SummaryData } from './summary-data.ts';

/** Why `setup` ended the run, in one line; `null` where it did not. */
export function setupFailure(
  config: Target & Partial<Pick<LoadConfig, 'flags' | 'part'>>,
  { metrics }: Pick<SummaryData, 'metrics'>,
): string | null {
  const code = metrics[SETUP_FAILURE]?.values.value ?? 0;
  return code === 0 ? null : describeFailure(config, code);
}

/**
 * One line for a code of the gauge.
 * @param answered what the probe answered, where more is known than its status
 */
export function describeFailure(
  { api, baseUrl, flags, part, monitor }: Target & Partial<Pick<LoadConfig, 'flags' | 'part'>>,
  code: number,
  answered = `answered ${code}`,
): string {
  const probe = `${api.probe.method} ${baseUrl}${api.probe.path}`;
  switch (code) {
    case FAILURE.noAnswer:
      return `the target does not answer: ${probe} (3 tries)`;
    case FAILURE.untrusted:
      return (
        `the certificate of ${baseUrl} is not trusted; expected that of its authority in SSL_CERT_FILE, ` +
        'or K6_INSECURE_SKIP_TLS_VERIFY=true'
      );
    case FAILURE.otherHost:
      return (
        `the certificate of ${baseUrl} is for another host; expected BASE_URL as the certificate names it, ` +
        'or K6_INSECURE_SKIP_TLS_VERIFY=true'
      );
    case FAILURE.outOfDate:
      return (
        `the certificate of ${baseUrl} has expired, or is not valid yet; expected one that is valid, ` +
        'or K6_INSECURE_SKIP_TLS_VERIFY=true'
      );
    case FAILURE.noToken:
      return 'could not obtain a token for the target';
    case FAILURE.notSwitched:
      return `the target did not switch its flags${flags == null ? '' : ` to ${formatFlags(flags)}`}`;
    case FAILURE.wrongSegment:
      return describeWrongSegment(part);
    case FAILURE.missingPart:
      return (
        'k6 was given an execution segment, and PART does not say which: the result would pass for that of the whole load; ' +
        'expected PART=<number>/<of>, such as PART=1/4 with --execution-segment=0:1/4'
      );
    case FAILURE.loadReplaced:
      return (
        'k6 runs another load, or judges other limits, than these settings say: --vus, --duration, --iterations and ' +
        '--stage (K6_VUS and the like) replace the load of this scenario, and an archive keeps what it was made with; ' +
        'expected ITERATIONS with CONCURRENCY, STAGES or RATE, for an archive when it is made'
      );
    case FAILURE.trendStatsReplaced:
      return (
        '--summary-trend-stats (K6_SUMMARY_TREND_STATS) leaves out the percentiles that the report is made of; ' +
        'expected neither'
      );
    case FAILURE.noSetup:
      return '--no-setup: nothing was probed or switched, and what to put back would not be known; expected no such option';
    case FAILURE.noCpuSeconds:
      return describeMissing('cpuMsPerRequest and cpuShare need', 'processor seconds', 'cpuSeconds', monitor);
    case FAILURE.noMemory:
      return describeMissing('memoryMb needs', 'memory', 'memory', monitor);
    case 401:
    case 403:
      return `the target refuses the token: ${probe} answered ${code}`;
    default:
      if (code >= 300 && code < 400) return `the target redirects: ${probe} ${answered}`;
      return `the target is not ready: ${probe} answered ${code} (3 tries)`;
  }
}

/** A limit on what the target does not tell. */
function describeMissing(
  limits: string,
  what: string,
  kind: SeriesKind,
  monitor: MonitorProfile | null,
): string {
  const paths = monitor?.paths.join(', ') ?? '';
  return `overhead.limits: ${limits} the target's ${what}, and it tells none; expected a series of kind ${kind} in ${paths} (thresholds/monitor.ts)`;
}

/** What k6 would have to be started with: without its segment a generator sends the whole load, or another's part. */
function describeWrongSegment(part: Part | null | undefined): string {
  const { index, of } = part ?? { index: 1, of: 1 };
  const sequence = ['0', ...Array.from({ length: of - 1 }, (_, i) => `${i + 1}/${of}`), '1'];
  return (
    `PART: '${index}/${of}', and k6 was not given that segment; allowed: ` +
    `--execution-segment=${sequence[index - 1] ?? ''}:${sequence[index] ?? ''} --execution-segment-sequence=${sequence.join(',')}`
  );
}
