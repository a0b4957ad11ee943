/** The HTML report in a real browser: drawn, silent, offline, readable everywhere. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { pageAssets } from '../cli/report/assets.ts';
import { experimentOf, historyOf, noise } from './support/history.ts';
import { trendOf } from '../lib/history/trend.ts';
import { describe as documentOf } from '../lib/report/describe.ts';
import { htmlPage } from '../lib/report/html-report.ts';
import {
  attributionResult,
  capacityResult,
  experimentResult,
  loadResult,
  profileResult,
} from './support/results.ts';
import { trendDocuments } from '../lib/report/trend-document.ts';
import { trend as profile } from '../thresholds/trend.ts';
import { findBrowser, launch } from './support/browser.ts';

const found = findBrowser();
const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-page-'));
after(() => rm(folder, { recursive: true, force: true }));
const path = join(folder, 'report.html');
const markup = htmlPage(
  [
    { ...experimentResult(), profile: profileResult(120) },
    loadResult(),
    capacityResult(),
    attributionResult(),
  ].map(documentOf),
  await pageAssets(),
);
await writeFile(path, markup);
const charts = markup.match(/class="plot"/g)?.length ?? 0;
const url = pathToFileURL(path).href;

/** Twelve experiments, dearer from the eighth on. */
async function trendPage(): Promise<string> {
  const results = Array.from({ length: 12 }, (_, i) => experimentOf(i, (i < 7 ? 20 : 40) + noise(i)));
  const trend = trendOf(historyOf(results), { by: 'commit', profile, accepted: new Set() });
  return htmlPage(trendDocuments(trend, profile.leastRuns), await pageAssets());
}

type PageOptions = Parameters<Browser['newPage']>[0];

/** Code of the page itself, since these tests are compiled without the types of a browser. */
const DRAWN = `[...document.querySelectorAll('figure:not(.flame)')].map((figure) => {
  const canvas = figure.querySelector('canvas');
  if (canvas === null) return 0;
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size;
})`;

describe('the report in Chromium', { skip: found.path === null ? found.reason : false }, () => {
  let browser: Browser;
  before(async () => {
    assert.ok(found.path !== null);
    browser = await launch(found.path);
  });
  after(() => browser.close());

  /** Opens the page, and gives what it said and asked for beside itself. */
  async function open(
    options: PageOptions,
    address = url,
  ): Promise<{ page: Page; said: string[]; asked: string[] }> {
    const page = await browser.newPage(options);
    const said: string[] = [];
    const asked: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(error.message));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(address);
    return { page, said, asked };
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1_100, 360]) {
      test(`${colorScheme}, ${width} px: every chart drawn, nothing said, nothing asked for, no sideways scroll`, async () => {
        const { page, said, asked } = await open({ colorScheme, viewport: { width, height: 800 } });
        const colours = await page.evaluate<number[]>(DRAWN);
        assert.equal(colours.length, charts);
        // An empty canvas has one colour; axes alone have few.
        assert.ok(
          colours.every((count) => count > 8),
          colours.join(' '),
        );
        assert.deepEqual(said, []);
        assert.deepEqual(asked, [url]);
        assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), width);
        await page.close();
      });
    }
  }

  test('a trend: every chart drawn, nothing said, narrow on a phone, runs named under the cursor', async () => {
    const trend = join(folder, 'trend.html');
    await writeFile(trend, await trendPage());
    for (const width of [1_100, 360]) {
      const { page, said } = await open({ viewport: { width, height: 800 } }, pathToFileURL(trend).href);
      const colours = await page.evaluate<number[]>(DRAWN);
      assert.equal(colours.length, 3);
      assert.ok(
        colours.every((count) => count > 8),
        colours.join(' '),
      );
      assert.deepEqual(said, []);
      assert.equal(await page.evaluate<number>('document.documentElement.scrollWidth'), width);
      await page.locator('.u-over').first().hover();
      assert.match(
        await page.locator('.u-legend').first().innerText(),
        /run:?\s*0123456 of 2026-01-01 12:0\d/,
      );
      await page.close();
    }
  });

  test('dark is dark, light is light, and a change draws anew', async () => {
    const { page } = await open({ colorScheme: 'light' });
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const pixels = "document.querySelector('canvas').toDataURL()";
    assert.equal(await background(), 'rgb(246, 247, 249)');
    const light = await page.evaluate<string>(pixels);
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await background(), 'rgb(17, 21, 28)');
    // The page draws when it hears of the change, which may be after the style has it.
    await page.waitForFunction(`${pixels} !== ${JSON.stringify(light)}`);
    await page.close();
  });

  test('charts over time shade when each arm was under load, those of a load test do not', async () => {
    const { page } = await open({ colorScheme: 'light', viewport: { width: 1_100, height: 800 } });
    // Of a line through the lower part of each chart over time: how often its colour changes.
    const changes = await page.evaluate<
      number[][]
    >(`[...document.querySelectorAll('article')].map((article) =>
      [...article.querySelectorAll('figure.seconds canvas')].map((canvas) => {
        const row = canvas.getContext('2d').getImageData(0, canvas.height * 0.25, canvas.width, 1);
        const pixels = new Uint32Array(row.data.buffer);
        return pixels.filter((pixel, i) => i > 0 && pixel !== pixels[i - 1]).length;
      }))`);
    const [experiment = [], load = []] = changes;
    assert.ok(experiment.length >= 3 && load.length >= 3);
    // Twelve blocks of two arms begin and end.
    assert.ok(Math.min(...experiment) >= 40, experiment.join(' '));
    assert.ok(Math.min(...load) < 40, load.join(' '));
    await page.close();
  });

  test('axe finds nothing, light and dark', async () => {
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open({ colorScheme });
      await page.evaluate(axe);
      const violations = await page.evaluate<unknown[]>(
        'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))',
      );
      assert.deepEqual(violations, []);
      await page.close();
    }
  });

  test('without JavaScript every chart is an open table', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    assert.equal(await page.locator('figure details[open] table').count(), charts);
    // Bars are drawn all the same.
    assert.equal(await page.locator('td.bar svg').count(), 5);
    assert.equal(await page.locator('figure details[open] tbody tr').first().isVisible(), true);
    // The flame graph needs none.
    assert.equal(await page.locator('.flame svg svg').first().isVisible(), true);
    assert.ok((await page.locator('.flame svg svg').count()) > 60);
    await page.close();
  });

  test('printed: dark ink on white, charts instead of their numbers', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    assert.equal(await page.evaluate<string>('getComputedStyle(document.body).color'), 'rgb(28, 36, 48)');
    assert.equal(await page.locator('figure details').first().isVisible(), false);
    assert.ok((await page.evaluate<number[]>(DRAWN)).every((count) => count > 8));
    assert.ok((await page.pdf({ format: 'A4' })).length > 20_000);
    await page.close();
  });
});
