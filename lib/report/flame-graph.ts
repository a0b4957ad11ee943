/** A flame graph that needs no script: each frame is a picture of its own, which cuts off its label. */
import { printable } from '../format/printable.ts';
import type { Flame, FlameRectangle } from './flame.ts';
import { html, type Html } from './html.ts';

/** Height of a frame, pixels. */
const ROW = 19;
const LONGEST_LABEL = 60;
const LONGEST_DETAIL = 160;
/** A narrower frame shows no letter, as a share of the width. */
const LABELLED = 0.008;

export function flameGraph({ title, note, frames }: Flame): Html {
  const deepest = frames.reduce((depth, frame) => Math.max(depth, frame.depth), 0);
  const label = `${title}; the tables beside it hold its numbers`;
  return html`<figure class="flame">
    <figcaption><strong>${title}</strong> <span class="note">${note}</span></figcaption>
    <div class="scroll" tabindex="0" role="group" aria-label="${title}">
      <svg role="img" aria-label="${label}" width="100%" height="${(deepest + 1) * ROW}">
        ${frames.map(rectangle)}
      </svg>
    </div>
  </figure> `;
}

/** Short, since there are hundreds. */
function rectangle({ label, detail, left, width, depth, added }: FlameRectangle): Html {
  const share = (of: number) => (of * 100).toFixed(2);
  const text = width < LABELLED ? null : html`<text x="3" y="13">${printable(label, LONGEST_LABEL)}</text>`;
  const look = added < 0 ? 'less' : 'more';
  const strength = Math.round(Math.abs(added) * 10) / 10;
  return html`<svg x="${share(left)}%" y="${depth * ROW}" width="${share(width)}%" height="${ROW - 1}">
    <title>${printable(detail, LONGEST_DETAIL)}</title>
    <rect width="100%" height="100%" />
    <rect class="${look}" width="100%" height="100%" fill-opacity="${strength}" />
    ${text}
  </svg> `;
}
