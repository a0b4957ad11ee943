// Orders, traced where Unleash says that the feature `tracing` is enabled. The SDK asks for it each second.
//
//   UNLEASH_CLIENT_TOKEN=… node examples/unleash/service.mjs
import { initialize } from 'unleash-client';
import { serveOrders } from '../orders.mjs';

const { UNLEASH_URL = 'http://127.0.0.1:4242', UNLEASH_CLIENT_TOKEN = '', PORT = '3001' } = process.env;
const { COLLECTOR = 'http://127.0.0.1:4318' } = process.env;

const unleash = initialize({
  url: `${UNLEASH_URL}/api/`,
  appName: 'orders',
  customHeaders: { Authorization: UNLEASH_CLIENT_TOKEN },
  refreshInterval: 1_000,
  disableMetrics: true,
});
unleash.on('error', (error) => console.error(error.message));
unleash.once('synchronized', () => {
  serveOrders({ port: Number(PORT), collector: COLLECTOR, isTraced: () => unleash.isEnabled('tracing') });
});
