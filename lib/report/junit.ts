/** Documents as JUnit XML: a case for each gate, guard and check, and one for the verdict. */
import { printable } from '../format/printable.ts';
import { jUnitXml, type JUnitCase, type JUnitSuite } from '../summary/jslib/junit-xml.ts';
import type { Document } from './document.ts';
import { verdictLine } from './text.ts';

const LONGEST = 1_000;

/** A suite for each document. What was not judged has failed here: JUnit readers take all else for a pass. */
export function jUnitOf(documents: readonly Document[]): string {
  return jUnitXml(documents.map(suite));
}

function suite(document: Document): JUnitSuite {
  const { title, subtitle, head, verdict, sections } = document;
  const judged = sections.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'judged' ? [part.judged] : [])),
  );
  const cases: [name: string, failure: string | null][] = [
    [verdict.name, verdict.tone === 'good' ? null : verdictLine(document)],
    ...judged.flatMap(({ what, rows }) =>
      rows.map(({ tone, name, cells: [first = ''], failure }): [string, string | null] => [
        `${what}: ${name}${what === 'gate' ? ` ${first}` : ''}`,
        tone === 'good' ? null : failure,
      ]),
    ),
  ];
  const classname = head === null ? title : head.slice(0, 2).join('.');
  return {
    name: printable(`${title}, ${subtitle}`, LONGEST),
    cases: cases.map(([name, failure]): JUnitCase => ({
      name: printable(name, LONGEST),
      classname: printable(classname, LONGEST),
      ...(failure === null ? {} : { failure: printable(failure, LONGEST) }),
    })),
  };
}
