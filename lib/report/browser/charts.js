// Draws the charts of a report from the data that stands beside them. Runs in the browser, after uPlot.
/* global document, uPlot, matchMedia, clearTimeout, getComputedStyle, addEventListener */
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif';
  const digits = (value) =>
    value === null || value === undefined
      ? '–'
      : Math.abs(value) >= 1e4
        ? new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 }).format(value)
        : String(Number(value.toPrecision(3)));

  /** Percentiles are drawn by the number of nines, so that the tail is as wide as the rest. */
  const nines = (share) => -Math.log10(1 - share);
  const NAMED = [0, 0.5, 0.9, 0.95, 0.99, 0.999].map(nines);
  const percentile = (x) => `P${Number(((1 - 10 ** -x) * 100).toFixed(2))}`;
  const clock = (seconds) =>
    seconds >= 60
      ? `${Math.floor(seconds / 60)}m${String(Math.round(seconds % 60)).padStart(2, '0')}s`
      : `${Number(seconds.toFixed(1))}s`;

  const axes = {
    percentile: { splits: () => NAMED, values: (_, splits) => splits.map(percentile), at: percentile },
    seconds: { values: (_, splits) => splits.map(clock), at: clock },
    block: {
      incrs: [1, 2, 5, 10, 20, 50],
      values: (_, splits) => splits.map(String),
      at: (x) => `block ${x}`,
    },
    run: {
      incrs: [1, 2, 5, 10, 20, 50, 100],
      values: (_, splits) => splits.map(String),
      at: (x) => `run ${x}`,
    },
    rate: { values: (_, splits) => splits.map((x) => `${digits(x)}/s`), at: (x) => `${digits(x)}/s` },
  };

  /** Powers of ten with 2 and 5 between them. */
  function logSplits(_, __, low, high) {
    const splits = [];
    for (let power = Math.floor(Math.log10(low)); 10 ** power <= high; power += 1)
      for (const step of [1, 2, 5]) splits.push(Number((step * 10 ** power).toPrecision(2)));
    return splits.filter((value) => value >= low && value <= high);
  }

  /** Zero is always in sight: half of a bar would be a lie. */
  const fromZero = (_, low, high) => [low < 0 ? low * 1.08 : 0, high > 0 ? high * 1.08 : low < 0 ? 0 : 1];

  const looks = {
    line: (stroke) => ({ stroke, width: 2, points: { show: false }, spanGaps: true }),
    limit: (stroke) => ({ stroke, width: 2, dash: [8, 5], points: { show: false } }),
    lower: (stroke) => ({ stroke, width: 1, dash: [3, 3], points: { show: false } }),
    upper: (stroke) => ({ stroke, width: 1, dash: [3, 3], points: { show: false } }),
    bar: (stroke) => ({
      stroke,
      fill: `${stroke}88`,
      width: 1,
      paths: uPlot.paths.bars({ size: [0.6, 48] }),
      points: { show: false },
    }),
  };

  /** Shades when the arms of an experiment were under load, and numbers the blocks where there is room. */
  function shade(plot, spans) {
    const { ctx, bbox } = plot;
    const at = (second) =>
      Math.min(bbox.left + bbox.width, Math.max(bbox.left, plot.valToPos(second, 'x', true)));
    const ratio = globalThis.devicePixelRatio || 1;
    ctx.save();
    ctx.font = `${10 * ratio}px system-ui, sans-serif`;
    ctx.textBaseline = 'top';
    ctx.textAlign = 'center';
    let numbered = 0;
    for (const [from, to, block, arm] of spans) {
      const [left, right] = [at(from), at(to)];
      if (right <= left) continue;
      ctx.globalAlpha = arm === null && block % 2 === 0 ? 0.05 : 0.13;
      ctx.fillStyle = colour(arm === null ? 'quiet' : `series-${arm % 6}`);
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
      const middle = (left + right) / 2;
      if (block === numbered || right - left < 14 * ratio) continue;
      numbered = block;
      ctx.globalAlpha = 1;
      ctx.fillStyle = colour('quiet');
      ctx.fillText(String(block), middle, bbox.top + 2 * ratio);
    }
    ctx.restore();
  }

  function optionsOf({ axis, x, labels, range, unit, log, lines }, width, spans) {
    const { at: nameOf, ...below } = axes[axis];
    const paint = {
      stroke: colour('quiet'),
      font,
      grid: { stroke: colour('grid'), width: 1 },
      ticks: { stroke: colour('grid'), width: 1 },
    };
    const index = (look) => lines.findIndex((line) => line.look === look) + 1;
    const bands =
      index('upper') > 0 ? [{ series: [index('upper'), index('lower')], fill: colour('shade') }] : [];
    const alone = x.length === 1;
    return {
      width,
      height: axis === 'seconds' ? 190 : 300,
      padding: [10, 26, 0, 0],
      scales: {
        x: { time: false, ...(range === null ? {} : { range }) },
        y: log ? { distr: 3, range: (_, low, high) => [low / 1.3, high * 1.3] } : { range: fromZero },
      },
      axes: [
        { ...paint, ...below, space: axis === 'percentile' ? 30 : 60 },
        {
          ...paint,
          size: 62,
          ...(log ? { splits: logSplits, filter: (_, splits) => splits } : {}),
          values: (_, splits) => splits.map(digits),
        },
      ],
      series: [
        {
          label: axis === 'seconds' ? 'time' : axis,
          value: (_, at, __, i) => (at === null ? '–' : (labels?.[i] ?? nameOf(at))),
        },
        ...lines.map(({ label, look, colour: number }) => ({
          label,
          value: (_, value) => `${digits(value)} ${value === null || value === undefined ? '' : unit}`,
          ...looks[look](colour(`series-${number % 6}`)),
          ...(alone && look !== 'bar' ? { points: { show: true, size: 9 } } : {}),
        })),
      ],
      bands,
      cursor: {
        drag: { x: axis === 'seconds', y: false },
        ...(axis === 'seconds' ? { sync: { key: 'seconds' } } : {}),
      },
      legend: { live: true },
      ...(axis === 'seconds' && spans.length > 0
        ? { hooks: { drawClear: [(plot) => shade(plot, spans)] } }
        : {}),
    };
  }

  const plots = [...document.querySelectorAll('figure > .plot')].map((holder) => {
    const chart = JSON.parse(holder.querySelector('script').textContent);
    const x = chart.axis === 'percentile' ? chart.x.map(nines) : chart.x;
    const marked = holder.closest('article').querySelector('.spans > script');
    const spans = marked === null ? [] : JSON.parse(marked.textContent);
    return { holder, chart, spans, data: [x, ...chart.lines.map(({ values }) => values)], drawn: null };
  });

  function draw() {
    for (const plot of plots) {
      plot.drawn?.destroy();
      const width = Math.max(240, plot.holder.clientWidth);
      plot.drawn = new uPlot(optionsOf(plot.chart, width, plot.spans), plot.data, plot.holder);
      plot.drawn.root.querySelector('canvas').setAttribute('aria-hidden', 'true');
    }
  }

  draw();
  for (const { holder } of plots) {
    holder.parentElement.classList.add('drawn');
    holder.parentElement.querySelector('details').open = false;
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  matchMedia('print').addEventListener('change', draw);
  let waiting;
  addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(draw, 100);
  });
})();
