/**
 * What the target is asked about itself during a run, and how its answers are read. Any path may be missing: it is
 * reported once and fails nothing. An environment changes what it needs to by `monitor`.
 */
import type { MonitorProfile } from './types.ts';

export const monitor: MonitorProfile = {
  intervalMs: 1_000,
  timeoutMs: 2_000,
  drainMs: 2_000,
  paths: ['/api/v1/observability/queue-stats', '/api/v1/observability/metrics'],
  errorsPath: '/api/v1/observability/errors',
  // Patterns match a path in JSON (`database.inUse`) or a name of Prometheus (`process_resident_memory_bytes`).
  series: [
    { kind: 'cpuSeconds', unit: 's', pattern: '(?:^|\\.)cpu\\.?(?:seconds|Seconds)$' },
    { kind: 'cpuSeconds', unit: 's', pattern: '^process_cpu_seconds_total$' },
    // OpenTelemetry has one by state (user, system), others have two names: they are added up.
    { kind: 'cpuSeconds', unit: 's', pattern: '^process_cpu_time_seconds_total$' },
    { kind: 'cpuSeconds', unit: 's', pattern: '^process_cpu_(user|system)_seconds_total$' },
    { kind: 'cpu', unit: '%', pattern: '(?:^|\\.)cpu\\.?(?:percent|usage|load)$' },
    { kind: 'cpu', unit: '%', pattern: '^process_cpu_seconds_total$', scale: 100, rate: true },
    { kind: 'memory', unit: 'MB', pattern: '(?:^|\\.)rss(?:Bytes)?$', scale: 1e-6 },
    { kind: 'memory', unit: 'MB', pattern: '(?:^|\\.)heapUsed(?:Bytes)?$', scale: 1e-6 },
    { kind: 'memory', unit: 'MB', pattern: '^process_resident_memory_bytes$', scale: 1e-6 },
    { kind: 'eventLoopDelay', unit: 'ms', pattern: '(?:^|\\.)event_?[lL]oop.*[pP]99(?:Ms)?$' },
    { kind: 'eventLoopDelay', unit: 'ms', pattern: '^nodejs_eventloop_lag_p99_seconds$', scale: 1_000 },
    {
      kind: 'dbPoolInUse',
      unit: 'connections',
      pattern: '(?:database|db|pool).*(?:inUse|in_use|active|used)$',
    },
    { kind: 'dbPoolWaiting', unit: 'requests', pattern: '(?:database|db|pool)[^.]*[._](?:waiting|pending)$' },
    { kind: 'dbPoolSize', unit: 'connections', pattern: '(?:database|db|pool)[^.]*[._](?:size|max)$' },
    {
      kind: 'queue',
      unit: 'entries',
      pattern: '^(.+)[._](?:queued|queueLength|queue_length|queueSize|queue_size|pending)$',
    },
    {
      kind: 'cache',
      unit: 'entries',
      pattern: '^(?:(.+)[._])?cache[._]?(?:entries|Entries|size|Size|keys|Keys)$',
    },
    { kind: 'exported', unit: 'entries', pattern: '^(.+)[._](?:exported|written)$' },
    { kind: 'failed', unit: 'entries', pattern: '^(.+)[._](?:failed|failedWrites)$' },
    { kind: 'dropped', unit: 'entries', pattern: '^(.+)[._]dropped$' },
  ],
};
