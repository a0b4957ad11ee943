/** Bars as a table: the numbers in words, and beside them one bar for each row, drawn without a script. */
import type { Bars } from './document.ts';
import { html, type Html } from './html.ts';
import { htmlTable } from './html-table.ts';

/** Of the drawing, in its own units: it stretches to its cell. */
const WIDTH = 200;
const HEIGHT = 20;
const BAR_HEIGHT = 12;

/** Bars as a table: see `Bars`. */
export function barsTable({ columns, rows }: Bars): Html {
  const ends = rows.flatMap(({ value, interval }) => [value, ...(interval ?? [])]);
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const x = (value: number) =>
    high === low ? 0 : Number((((value - low) / (high - low)) * WIDTH).toFixed(2));
  return htmlTable(
    columns,
    look,
    rows.map(({ cells, value, interval, tone }) => ({
      cells,
      more: html`<td class="bar">${drawing(x, value, interval, tone)}</td>`,
    })),
    'bars',
  );
}

/** The second column holds the bar's value. */
function look(column: number): string {
  return column === 1 ? 'number' : 'word';
}

function drawing(
  x: (value: number) => number,
  value: number,
  interval: Bars['rows'][number]['interval'],
  tone: string,
): Html {
  const [from, to] = [x(Math.min(0, value)), x(Math.max(0, value))];
  const middle = HEIGHT / 2;
  const whisker = (lower: number, upper: number) =>
    html`<path
      class="whisker"
      d="M${lower} ${middle - 4}v8M${lower} ${middle}H${upper}M${upper} ${middle - 4}v8"
    />`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    <rect
      class="tone-${tone}"
      x="${from}"
      y="${(HEIGHT - BAR_HEIGHT) / 2}"
      width="${Number((to - from).toFixed(2))}"
      height="${BAR_HEIGHT}"
    />
    <path class="zero" d="M${x(0)} 0V${HEIGHT}" />
    ${interval === null ? null : whisker(x(interval[0]), x(interval[1]))}
  </svg>`;
}
