/** Tables of the page. One may be wider than a phone: it scrolls by itself, also by keyboard. */
import type { Cell } from './document.ts';
import { html, type Html } from './html.ts';

interface Row {
  cells: readonly Cell[];
  /** A cell without a title behind them. */
  more?: Html;
}

/**
 * @param look how a column looks, by its index
 * @param kind of the table; rows of `bars` have a cell more
 */
export function htmlTable(
  columns: readonly string[],
  look: (column: number) => string,
  rows: readonly Row[],
  kind?: 'bars',
): Html {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Table: ${columns.join(' ')}">
    <table class="${kind ?? ''}">
      <thead>
        <tr>
          ${columns.map((name, i) => html`<th scope="col" class="${look(i)}">${name}</th>`)}
          ${kind === undefined ? null : html`<td></td>`}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ cells, more = null }) =>
            html`<tr>
              ${cells.map((cell, i) => html`<td class="${look(i)}">${cellOf(cell)}</td>`)} ${more}
            </tr> `,
        )}
      </tbody>
    </table>
  </div> `;
}

function cellOf(cell: Cell): Html {
  return typeof cell === 'string' ? html`${cell}` : html`<span class="tone-${cell.tone}">${cell.text}</span>`;
}
