/** HTML from templates: whatever is put in is escaped, unless it was made here. */
import { printable } from '../format/printable.ts';

/** A longer text is cut: a page is for reading. */
const LONGEST = 1_000;

/** Markup that is safe to write as it stands. Only this file makes it. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = string | number | Html | null | readonly Content[];

/**
 * A template whose values are escaped: text for element content and for attributes in double quotes.
 * Control characters and marks that turn the direction of writing become visible escapes.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    strings.reduce((all, part, i) => all + part + (i < values.length ? markupOf(values[i] ?? null) : ''), ''),
  );
}

/** Data for the page's own script, in an element that the browser does not run. */
export function jsonScript(value: unknown): Html {
  return new Html(
    `<script type="application/json">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`,
  );
}

/**
 * The project's own style or script, as it stands.
 * @throws Error where it would end its element early
 */
export function inline(tag: 'style' | 'script', code: string): Html {
  if (/<\/(style|script)|<!--/i.test(code))
    throw new Error(`a ${tag} may not hold a tag or a comment of HTML`);
  return new Html(`<${tag}>${code}</${tag}>`);
}

function markupOf(value: Content): string {
  if (value === null) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(markupOf).join('');
  return escape(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return printable(text, LONGEST).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
