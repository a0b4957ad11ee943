/**
 * What to change for the setting that costs most: the items of the guide's checklist that speak of it. A setting without
 * advice of its own gets a general one.
 */
import type { SettingAdvice } from './types.ts';

const CHECKLIST = 'Optimization Checklist';

export const advice: readonly SettingAdvice[] = [
  {
    setting: 'ENABLE_LANGFUSE_EXPORT',
    title: 'Trace export costs most',
    change:
      'Export in the background (ENABLE_ASYNC_TRACE_EXPORT), in batches of 20 or more, and trace a share of the requests.',
    guide: `${CHECKLIST}: Are all observability operations async? Are batches large enough?`,
  },
  {
    setting: 'ENABLE_ASYNC_TRACE_EXPORT',
    title: 'Trace export in the background costs most',
    change: 'Reduce the size of a batch if its work stalls the event loop, and limit the queue.',
    guide: `${CHECKLIST}: Are batches large enough? Common Issues: High P95 Latency (large batch sizes causing delays)`,
  },
  {
    setting: 'TRACK_MODEL_COSTS',
    title: 'Tracking of model costs costs most',
    change:
      'Count tokens after the answer or outside of the event loop, cache counts and prices, and write rows in batches.',
    guide: `${CHECKLIST}: Is caching enabled? Are there any blocking operations? Are unnecessary operations skipped?`,
  },
  {
    setting: 'ENABLE_SIMILARITY_LOGGING',
    title: 'Similarity logging costs most',
    change:
      'Compare after the answer, a share of the requests only, against fewer vectors; and write in batches.',
    guide: `${CHECKLIST}: Are there any blocking operations? Are unnecessary operations skipped? Are batches large enough?`,
  },
  {
    setting: 'ENABLE_OBSERVABILITY',
    title: 'Observability costs most before any flag is on',
    change:
      'Queue what is forwarded (RudderStack), forward in batches of 20, and return early where nothing is on.',
    guide: `${CHECKLIST}: Are all observability operations async? Are feature flags properly used?`,
  },
  {
    where: {
      rule: 'synchronous-export',
      on: ['ENABLE_LANGFUSE_EXPORT'],
      off: ['ENABLE_ASYNC_TRACE_EXPORT'],
    },
    title: 'Traces are exported while the request waits',
    change: 'Switch ENABLE_ASYNC_TRACE_EXPORT on: export in the background, in batches.',
    guide: 'Performance Optimization Strategies: Async Processing, Batching',
  },
];
