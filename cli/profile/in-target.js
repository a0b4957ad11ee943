// Runs inside the target, by its inspector: counts requests, and watches the event loop and garbage collection. This
// file is one function; what it starts ends by `stop()`, or after `lifeMs` by itself, should nobody come back.
(lifeMs, markHeader) => {
  const builtIn = (name) => process.getBuiltinModule(`node:${name}`);
  if (typeof process.getBuiltinModule !== 'function') return { problem: 'needs Node.js 20.16 or newer' };
  const { monitorEventLoopDelay, performance, PerformanceObserver } = builtIn('perf_hooks');
  const { subscribe, unsubscribe } = builtIn('diagnostics_channel');
  const timers = builtIn('timers');
  const key = Symbol.for('k6-overhead.profile');
  const channel = 'http.server.request.start';
  /** Between two looks at the event loop, milliseconds: a delay is what a look comes later than that. */
  const resolution = 10;
  const marks = new Set();
  let requests = 0;
  let collections = [];
  let from = { at: 0, requests: 0 };

  const onRequest = ({ request }) => {
    const mark = request.headers[markHeader];
    if (mark === undefined) requests += 1;
    else marks.add(mark);
  };
  const delay = monitorEventLoopDelay({ resolution });
  const delayMs = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - resolution);
  const collector = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) collections.push(duration);
  });
  const stop = () => {
    timers.clearTimeout(timer);
    unsubscribe(channel, onRequest);
    delay.disable();
    collector.disconnect();
    delete globalThis[key];
  };
  globalThis[key]?.stop();
  const timer = timers.setTimeout(stop, lifeMs);
  timer.unref();
  subscribe(channel, onRequest);
  collector.observe({ entryTypes: ['gc'] });
  delay.enable();
  globalThis[key] = {
    stop,
    requests: () => requests,
    saw: (mark) => marks.has(mark),
    /** From here on everything counts. */
    begin: () => {
      collections = [];
      delay.reset();
      from = { at: performance.now(), requests };
    },
    read: () => ({
      seconds: (performance.now() - from.at) / 1_000,
      requests: requests - from.requests,
      eventLoopDelay: {
        meanMs: Number.isFinite(delay.mean) ? delayMs(delay.mean) : 0,
        p50Ms: delayMs(delay.percentile(50)),
        p99Ms: delayMs(delay.percentile(99)),
        maxMs: delayMs(delay.max),
      },
      collections: {
        count: collections.length,
        totalMs: collections.reduce((sum, ms) => sum + ms, 0),
        longestMs: collections.reduce((longest, ms) => Math.max(longest, ms), 0),
      },
    }),
  };
  return { pid: process.pid, version: process.version };
};
