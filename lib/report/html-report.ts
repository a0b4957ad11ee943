/** Results as one HTML file that needs nothing else: no network, and no script to be read. */
import { printable } from '../format/printable.ts';
import { barsTable } from './bars-table.ts';
import type { Chart } from './chart.ts';
import { chartTable } from './chart-table.ts';
import { asTable, reasonOf, type Document, type Part, type Section, type Table } from './document.ts';
import { flameGraph } from './flame-graph.ts';
import { html, inline, jsonScript, type Html } from './html.ts';
import { htmlTable } from './html-table.ts';
import type { Span } from './spans.ts';

/** A longer label would push its chart aside. */
const LONGEST_LABEL = 80;

/** What the page carries beside its content: the project's own code, never anything of a result. */
export interface PageAssets {
  styles: string;
  script: string;
  /** Of `styles` and `script`, as a content security policy has them: `sha256-…` in base64. */
  stylesHash: string;
  scriptHash: string;
}

/** A page of one or more documents, in their order. Every string of theirs is escaped. */
export function htmlPage(documents: readonly Document[], assets: PageAssets): string {
  const policy = `default-src 'none'; style-src '${assets.stylesHash}'; script-src '${assets.scriptHash}'; base-uri 'none'; form-action 'none'`;
  const titles = documents.map(({ title }) => title).join(', ');
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>k6-overhead: ${titles}</title>
        ${inline('style', assets.styles)}
      </head>
      <body>
        <main>${documents.length > 1 ? overview(documents) : null} ${documents.map(article)}</main>
        <footer>Written by k6-overhead. Charts by uPlot (MIT).</footer>
        ${inline('script', assets.script)}
      </body>
    </html> `;
  return page.markup;
}

/** Several results: a line for each, with a link to it. */
function overview(documents: readonly Document[]): Html {
  return html`<nav aria-label="Results">
    <ol>
      ${documents.map(
        ({ title, subtitle, verdict }, i) =>
          html`<li>
            <a href="#result-${i + 1}">${title}</a> <span class="tone-${verdict.tone}">${verdict.word}</span>
            <small>${subtitle}</small>
          </li>`,
      )}
    </ol>
  </nav> `;
}

function article(
  { title, subtitle, verdict, keyNumbers, spans = [], sections }: Document,
  index: number,
): Html {
  return html`<article id="result-${index + 1}">
    <header class="verdict ${verdict.tone}">
      <p class="word">${verdict.word}</p>
      <div>
        <h1>${title}</h1>
        <p class="reason">${reasonOf(verdict)}</p>
        <p class="subtitle">${subtitle}</p>
      </div>
    </header>
    <dl class="numbers">
      ${keyNumbers.map(
        ({ label, value, note }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
            <dd class="note">${note}</dd>
          </div>`,
      )}
    </dl>
    ${sections.map(section)}
    ${spans.length > 0 ? html`<div class="spans">${jsonScript(spans.map(shortSpan))}</div>` : null}
  </article> `;
}

function section({ title, parts }: Section): Html {
  return html`<section>
    <h2>${title}</h2>
    ${parts.map(part)}
  </section> `;
}

function part(of: Part): Html {
  switch (of.kind) {
    case 'facts':
    case 'table':
    case 'judged':
      return tableOf(asTable(of));
    case 'bars':
      return barsTable(of.bars);
    case 'chart':
      return figure(of.chart);
    case 'flame':
      return flameGraph(of.flame);
    case 'text':
      return html`<p>${of.text}</p> `;
    case 'advice':
      return html`<div class="advice">
        <h3>${of.title}</h3>
        <p>${of.change}</p>
        <ul>
          ${of.evidence.map((line) => html`<li>${line}</li>`)}
        </ul>
        <p class="note">${of.source}</p>
      </div> `;
  }
}

function tableOf({ columns, rows, numbersFrom = Infinity }: Table): Html {
  const look = (column: number) => (column >= numbersFrom ? 'number' : 'word');
  return htmlTable(
    columns,
    look,
    rows.map((cells) => ({ cells })),
  );
}

/** The numbers stand open; the page's script folds them away where it draws the chart instead. */
function figure(chart: Chart): Html {
  const { title, note, axis, x, labels, range = null, unit, log = false, lines } = chart;
  return html`<figure class="${axis}">
    <figcaption>
      <strong>${title}</strong> <span class="unit">${unit}</span> <span class="note">${note}</span>
    </figcaption>
    <div class="plot">
      ${jsonScript({
        axis,
        x,
        labels: labels?.map((label) => printable(label, LONGEST_LABEL)),
        range,
        unit: printable(unit, LONGEST_LABEL),
        log,
        lines: lines.map(shortLine),
      })}
    </div>
    <details open>
      <summary>${title}: numbers</summary>
      ${tableOf(chartTable(chart))}
    </details>
  </figure> `;
}

/** Every chart over time of an article shades the same spans, so they stand there once. */
function shortSpan({ fromSeconds, toSeconds, block, colour }: Span) {
  return [Number(fromSeconds.toFixed(1)), Number(toSeconds.toFixed(1)), block, colour];
}

/** Four digits are more than a screen shows. */
function shortLine({ label, look, colour, values }: Chart['lines'][number]) {
  return {
    label: printable(label, LONGEST_LABEL),
    look,
    colour,
    values: values.map((value) => (value === null ? null : Number(value.toPrecision(4)))),
  };
}
