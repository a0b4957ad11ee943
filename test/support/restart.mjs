// A small API whose flags are set when it starts, and the command that restarts it: what mode `runs` is for.
//
//   node test/support/restart.mjs <pid file> <port> <on|off> <delay in ms> [errors]   restarts it, and ends
//
// Answers take 5 ms and the delay, and up to 2 ms more; they echo the flags that it was started with. With `errors` every second
// one is a 500.
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

if (process.env.SERVE === 'true') serve();
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

function serve() {
  const headers = {
    'Content-Type': 'application/json',
    'X-Observability-Flags': FLAGS.map((flag) => `${flag}=${state === 'on'}`).join(','),
  };
  let count = 0;
  createServer((request, response) => {
    request.resume();
    // Not those of the monitor.
    if (!request.url.startsWith('/api/v1/observability/')) count += 1;
    const status = errors === 'errors' && count % 2 === 0 ? 500 : 200;
    setTimeout(
      () => {
        response.writeHead(status, headers);
        response.end(`{"executionId":${Math.random()},"status":"completed"}`);
      },
      5 + Number(delay) + 2 * Math.random(),
    );
  })
    // The server before it may hold the port for a moment longer.
    .on('error', () => setTimeout(() => process.exit(1), 100))
    .listen(Number(port), '127.0.0.1');
}
