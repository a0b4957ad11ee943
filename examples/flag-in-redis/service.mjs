// Orders, traced where the key `tracing` of Redis says `on`. The flag is cached for two seconds, as flags are.
//
//   REDIS_URL=redis://127.0.0.1:6379 node examples/flag-in-redis/service.mjs
import { Redis } from 'ioredis';
import { serveOrders } from '../orders.mjs';

const { REDIS_URL = 'redis://127.0.0.1:6379', PORT = '3001', FLAG_KEY = 'tracing' } = process.env;
const { COLLECTOR = 'http://127.0.0.1:4318' } = process.env;
const CACHE_MS = 2_000;

const redis = new Redis(REDIS_URL);
let cached = { isOn: false, until: 0 };

serveOrders({
  port: Number(PORT),
  collector: COLLECTOR,
  isTraced: async () => {
    if (performance.now() >= cached.until) {
      cached = { isOn: (await redis.get(FLAG_KEY)) === 'on', until: performance.now() + CACHE_MS };
    }
    return cached.isOn;
  },
});
