// Answers after a known wait, and keeps how long each answer really took on the server: the truth.
import { createServer } from 'node:http';

let taken = [];
let next = 0;

const server = createServer((request, response) => {
  if (request.url === '/truth') {
    const sorted = taken.sort((a, b) => a - b);
    const rank = 0.95 * (sorted.length - 1);
    const below = Math.floor(rank);
    const p95Ms = sorted[below] + (rank - below) * ((sorted[below + 1] ?? sorted[below]) - sorted[below]);
    taken = [];
    response.end(JSON.stringify({ p95Ms, count: sorted.length }));
    return;
  }
  if (request.url.startsWith('/api/')) {
    const { user, system } = process.cpuUsage();
    const memory = { rssBytes: process.memoryUsage.rss() };
    response.end(JSON.stringify({ cpu: { seconds: (user + system) / 1e6 }, memory }));
    return;
  }
  const start = performance.now();
  // 20 to 46 ms, evenly: P95 at 44.7 ms but for what timers add.
  next = (next + 11) % 27;
  setTimeout(() => {
    response.setHeader('Server-Timing', `total;dur=${(performance.now() - start).toFixed(3)}`);
    response.end('ok', () => taken.push(performance.now() - start));
  }, 20 + next);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
