// A small API whose flags are set when it starts, and the command that restarts it: for switching by command, and mode `runs`.
//
//   node test/support/restart.mjs <pid file> <port> <on|off|env> <delay in ms> [errors]   restarts it, and ends
//
// Answers take 5 ms, the delay (with `env` where ENABLE_OBSERVABILITY is true), and up to 2 ms more; they echo the flags that it
// was started with: all on, all off, or those of its environment variables. With `errors` every second one is a 500. It counts
// what it exports, one for each request with observability on, and tells it at /api/v1/observability/queue-stats, with the
// seconds that it is up. STARTS_AFTER_MS is how long it takes to start; COUNTS=false lets the counter stand still.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { setTimeout } from 'node:timers';

const FLAGS = [
  'ENABLE_OBSERVABILITY',
  'ENABLE_LANGFUSE_EXPORT',
  'ENABLE_ASYNC_TRACE_EXPORT',
  'TRACK_MODEL_COSTS',
  'ENABLE_SIMILARITY_LOGGING',
];
const [pidFile, port, state, delay, errors] = process.argv.slice(2);

if (process.env.SERVE === 'true') setTimeout(serve, Number(process.env.STARTS_AFTER_MS ?? 0));
else restart();

function restart() {
  if (existsSync(pidFile)) {
    try {
      process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
    } catch {
      // It has ended already.
    }
    rmSync(pidFile);
  }
  const child = spawn(process.execPath, process.argv.slice(1), {
    env: { ...process.env, SERVE: 'true' },
    stdio: 'inherit',
    detached: true,
  });
  writeFileSync(pidFile, String(child.pid));
  child.unref();
}

function valueOf(flag) {
  return state === 'env' ? (process.env[flag] ?? 'false') : String(state === 'on');
}

function serve() {
  const isOn = valueOf('ENABLE_OBSERVABILITY') === 'true';
  const headers = {
    'Content-Type': 'application/json',
    'X-Observability-Flags': FLAGS.map((flag) => `${flag}=${valueOf(flag)}`).join(','),
  };
  const startedAt = performance.now();
  let count = 0;
  let exported = 0;
  const server = createServer((request, response) => {
    request.resume();
    // Not those of the monitor.
    if (request.url.startsWith('/api/v1/observability/')) {
      response.writeHead(200, headers);
      response.end(JSON.stringify({ exported, uptimeSeconds: (performance.now() - startedAt) / 1_000 }));
      return;
    }
    count += 1;
    if (isOn && process.env.COUNTS !== 'false') exported += 1;
    const status = errors === 'errors' && count % 2 === 0 ? 500 : 200;
    setTimeout(
      () => {
        response.writeHead(status, headers);
        response.end(`{"executionId":${Math.random()},"status":"completed"}`);
      },
      5 + (state === 'env' && !isOn ? 0 : Number(delay)) + 2 * Math.random(),
    );
  });
  const listen = () => server.listen(Number(port), '127.0.0.1');
  let triesLeft = 40;
  server.on('error', (error) => {
    // The server before it may hold the port for a moment longer.
    if ((triesLeft -= 1) === 0) throw error;
    setTimeout(listen, 50);
  });
  listen();
}
