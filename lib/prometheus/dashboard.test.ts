import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dashboard } from './dashboard.ts';

interface Laid {
  id: number;
  type: string;
  title: string;
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { refId: string; expr: string; legendFormat: string }[];
}

const panels = dashboard().panels as Laid[];

test('panels have numbers of their own and do not lie on each other', () => {
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  for (const [i, { gridPos: a, title }] of panels.entries()) {
    assert.ok(a.x + a.w <= 24, title);
    for (const { gridPos: b, title: other } of panels.slice(i + 1)) {
      const apart = a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y;
      assert.ok(apart, `${title} and ${other}`);
    }
  }
});

test('every query is one of the runs that are chosen', () => {
  const queries = panels.flatMap(({ targets = [] }) => targets);
  assert.ok(queries.length >= 20);
  for (const { expr, legendFormat } of queries) {
    assert.match(expr, /environment=~"\$environment",test=~"\$test"/);
    assert.notEqual(legendFormat, '');
  }
  for (const { targets = [] } of panels) {
    assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length);
  }
});

test('what the dashboard is for is on it', () => {
  const titles = panels.map(({ title }) => title).join('\n');
  for (const subject of [
    /Gates/,
    /by percentile/,
    /arm/,
    /Overhead.*narrowing/,
    /Queues/,
    /Memory/,
    /Requests per second/,
  ]) {
    assert.match(titles, subject);
  }
  assert.equal(dashboard().graphTooltip, 1, 'one time axis');
});
