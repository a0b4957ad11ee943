// How fast is the target with everything off?   npx tsx test/bench/target/speed.ts [rate …]
import { startTarget } from '../../../target/testing/start.ts';
import { measure } from './k6.ts';

const rates = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 2_000, 3_000, 4_000];
const load = { workflow: 'test-workflow', message: 'Test' };

const target = await startTarget({ env: { ENABLE_OBSERVABILITY: 'false' } });
try {
  // Node compiles what runs often: a cold server is another one.
  await measure(target, { ...load, rate: 1_000, seconds: 5 });
  console.log(
    '| asked/s | answered/s | not sent | failed | mean ms | p95 ms | p99 ms |\n|---|---|---|---|---|---|---|',
  );
  for (const rate of rates) {
    const result = await measure(target, { ...load, rate, seconds: 10 });
    const cells = [
      rate,
      result.rate.toFixed(0),
      result.dropped,
      result.failed,
      ...[result.meanMs, result.p95Ms, result.p99Ms].map((ms) => ms.toFixed(1)),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  await target.stop();
}
