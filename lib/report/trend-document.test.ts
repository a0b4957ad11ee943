import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  experimentOf,
  historyOf,
  noise,
  resultOf,
  trendProfile as profile,
} from '../../test/support/history.ts';
import { trendOf } from '../history/trend.ts';
import { htmlPage } from './html-report.ts';
import { markdownOf } from './markdown.ts';
import { trendDocuments, trendText } from './trend-document.ts';

const assets = { styles: '', script: '', stylesHash: 'sha256-x', scriptHash: 'sha256-x' };
const HOSTILE = '</script><b>|`x`@you\u001b[31m\u202e';

const loads = Array.from({ length: 12 }, (_, i) => resultOf(i, (i < 7 ? 50 : 80) + noise(i)));
const experiments = Array.from({ length: 12 }, (_, i) => experimentOf(i, 20 + noise(i)));
const trendOfAll = (results: Parameters<typeof historyOf>[0]) =>
  trendOf(historyOf(results), { by: 'commit', profile, accepted: new Set(['2.json']) });

test('text, Markdown and HTML say the same: the verdict, the change with its commit, every run', () => {
  const trend = trendOfAll([...loads, ...experiments]);
  const text = trendText(trend, profile.leastRuns);
  const change =
    /P95 (49|50)\.\d ms → (79|80)\.\d ms: \+(29|30)\.\d ms \(\+2\d\.\d ms to \+3\d\.\d ms\) since 007ffff of 2026-01-01 12:07, 5 runs/;
  assert.match(
    text,
    /^k6-overhead {2}trend {2}by commit {2}24 results in 2 lines\nWORSE {2}heavy on staging: /,
  );
  assert.match(text, change);
  assert.match(text, /Accepted baseline +002ffff/);
  assert.match(text, /\n {2}NEW +P95 +007ffff of 2026-01-01 12:07 /);
  assert.match(text, /\n {2}000ffff of 2026-01-01 12:00 +(49|50)\.\d ms {2}█+\n/);
  const documents = trendDocuments(trend, profile.leastRuns);
  const markdown = markdownOf(documents);
  assert.match(markdown, /^## ❌ WORSE: heavy on staging\n/);
  assert.match(markdown, /## ✅ STEADY: overhead on staging\n/);
  assert.match(
    markdown,
    /\| ❌ NEW \| P95 \| 007ffff of 2026-01-01 12:07 \| 5 \| (49|50)\.\d ms \| (79|80)\.\d ms \| \+(29|30)\.\d ms \|/,
  );
  const page = htmlPage(documents, assets);
  assert.match(
    page,
    /"axis":"run","x":\[1,2,3,4,5,6,7,8,9,10,11,12\],"labels":\["000ffff of 2026-01-01 12:00"/,
  );
  // Without the script the numbers are a table.
  assert.match(
    page,
    /<td class="word">011ffff of 2026-01-01 12:11<\/td>\s*<td class="number">79\.\d ms<\/td>/,
  );
  assert.match(page, /"label":"95 % interval from","look":"lower"/);
});

test('a line that is too short, and no line at all, say so', () => {
  const short = trendOfAll(loads.slice(0, 4));
  assert.match(trendText(short, profile.leastRuns), /TOO SHORT {2}4 runs: a change shows from 6 on/);
  assert.match(markdownOf(trendDocuments(short, profile.leastRuns)), /^## ⚠️ TOO SHORT: heavy on staging/);
  const none = trendOfAll([]);
  assert.match(trendText(none, profile.leastRuns), /\nNO RESULTS /);
  assert.match(markdownOf(trendDocuments(none, profile.leastRuns)), /NO RESULTS/);
});

test('strings of results come out as text', () => {
  const hostile = loads.map((result) => ({
    ...result,
    run: { ...result.run, environment: HOSTILE, machineClass: HOSTILE, commit: HOSTILE },
  }));
  const trend = trendOfAll([
    ...hostile,
    resultOf(50, 1, { outcome: { status: 'not run', reason: HOSTILE } }),
  ]);
  const documents = trendDocuments(trend, profile.leastRuns);
  const texts = [htmlPage(documents, assets), markdownOf(documents), trendText(trend, profile.leastRuns)];
  for (const text of texts) assert.ok(!text.includes('\u001b') && !text.includes('\u202e'));
  assert.doesNotMatch(texts[0] ?? '', /<b>|<\/script><b/);
  assert.doesNotMatch(texts[1] ?? '', /<b>|[^\\]`|@you/);
});
