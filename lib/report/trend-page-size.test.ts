import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historyOf, noise, resultOf, trendProfile as profile } from '../../test/support/history.ts';
import { trendOf } from '../history/trend.ts';
import { htmlPage } from './html-report.ts';
import { trendDocuments } from './trend-document.ts';

const assets = { styles: '', script: '', stylesHash: 'sha256-x', scriptHash: 'sha256-x' };

test('a page of four lines of five years of nights is below 1 MB', () => {
  const many = ['a', 'b', 'c', 'd'].flatMap((environment) =>
    Array.from({ length: 1_825 }, (_, i) => resultOf(i * 1_440, 50 + noise(i), { run: { environment } })),
  );
  const trend = trendOf(historyOf(many), { by: 'commit', profile, accepted: new Set(['2.json']) });
  const page = htmlPage(trendDocuments(trend, profile.leastRuns), assets);
  assert.ok(page.length < 1_000_000, String(page.length));
});
