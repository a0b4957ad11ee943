/** The dashboard as Grafana imports it. @see https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
import { rows, type Panel } from './panels.ts';

/** Of a dashboard's 24 columns. */
const WIDTH = 12;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

export interface Dashboard {
  title: string;
  panels: object[];
  [field: string]: unknown;
}

export function dashboard(): Dashboard {
  return {
    uid: 'k6-overhead',
    title: 'k6-overhead',
    description: 'Load tests, what observability costs, and the target beside them, on one time axis.',
    tags: ['k6'],
    schemaVersion: 39,
    version: 1,
    editable: true,
    // One crosshair in all panels: target and generator at the same moment.
    graphTooltip: 1,
    refresh: '10s',
    time: { from: 'now-30m', to: 'now' },
    timezone: 'browser',
    templating: { list: [datasource, choice('environment'), choice('test')] },
    annotations: { list: [alertsFired] },
    panels: layOut(),
  };
}

const datasource = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' };

function choice(label: string) {
  return {
    name: label,
    label,
    type: 'query',
    datasource: DATASOURCE,
    query: { query: `label_values(k6_vus, ${label})`, refId: label },
    refresh: 2,
    sort: 1,
    multi: true,
    includeAll: true,
    allValue: '.*',
    current: { selected: true, text: ['All'], value: ['$__all'] },
  };
}

const alertsFired = {
  name: 'Alerts',
  datasource: DATASOURCE,
  enable: true,
  iconColor: 'red',
  expr: 'ALERTS{alertstate="firing",environment=~"$environment",test=~"$test"}',
  titleFormat: '{{alertname}}',
  textFormat: '{{test}} in {{environment}}',
  step: '15s',
};

/** Rows one below the other, two panels side by side. */
function layOut(): object[] {
  const laidOut: object[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    laidOut.push({
      id: laidOut.length + 1,
      type: 'row',
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: 24, h: 1 },
      panels: [],
    });
    y += 1;
    panels.forEach((panel, i) => {
      const place = { x: (i % 2) * WIDTH, y: y + Math.floor(i / 2) * HEIGHT, w: WIDTH, h: HEIGHT };
      laidOut.push({ id: laidOut.length + 1, ...panelOf(panel), gridPos: place });
    });
    y += Math.ceil(panels.length / 2) * HEIGHT;
  }
  return laidOut;
}

function panelOf({ title, description, unit, kind, queries }: Panel) {
  return {
    type: kind ?? 'timeseries',
    title,
    description,
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: kind === 'bargauge' ? { unit, min: 0, max: 1, thresholds: SHARES } : { unit, min: 0 },
      overrides: [],
    },
    options: kind === 'bargauge' ? BARS : LINES,
    targets: queries.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + i),
      datasource: DATASOURCE,
      expr,
      legendFormat: legend,
      ...(kind === 'bargauge' ? { instant: true } : {}),
    })),
  };
}

const SHARES = {
  mode: 'absolute',
  steps: [
    { color: 'green', value: null },
    { color: 'orange', value: 0.8 },
    { color: 'red', value: 1 },
  ],
};
const BARS = {
  orientation: 'horizontal',
  displayMode: 'basic',
  reduceOptions: { calcs: ['lastNotNull'], values: false },
};
const LINES = {
  legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
  tooltip: { mode: 'multi', sort: 'none' },
};
