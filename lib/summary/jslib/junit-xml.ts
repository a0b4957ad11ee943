export interface JUnitSuite {
  readonly name: string;
  readonly cases: readonly JUnitCase[];
}

export interface JUnitCase {
  readonly name: string;
  /** Where continuous integration files the case, usually a dotted or slashed path. */
  readonly classname: string;
  /** Why the case failed; absent where it passed. */
  readonly failure?: string;
}

/**
 * Writes a JUnit report, the XML that continuous integration systems show as test results.
 *
 * Any text is safe in a name or message: markup is escaped, line breaks and tabs survive a parser, and what XML 1.0
 * forbids (most control characters, lone surrogates) is left out, as are DEL and the C1 controls that a terminal obeys.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function jUnitXml(suites: readonly JUnitSuite[]): string {
  const all = suites.flatMap((suite) => suite.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts(all)}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines({ name, cases }: JUnitSuite): string[] {
  return [
    `  <testsuite name="${attribute(name)}" ${counts(cases)}>`,
    ...cases.map(caseLine),
    '  </testsuite>',
  ];
}

function caseLine({ name, classname, failure }: JUnitCase): string {
  const start = `    <testcase name="${attribute(name)}" classname="${attribute(classname)}"`;
  return failure === undefined
    ? `${start}/>`
    : `${start}><failure message="${attribute(failure)}"/></testcase>`;
}

function counts(cases: readonly JUnitCase[]): string {
  const failed = cases.filter((one) => one.failure !== undefined).length;
  return `tests="${cases.length}" failures="${failed}" errors="0" skipped="0"`;
}

/** A parser turns a bare tab or line break in an attribute into a blank; a reference it keeps. */
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** Text as the value of a quoted attribute. */
function attribute(text: string): string {
  let value = '';
  for (const character of text) {
    value += REFERENCES[character] ?? (isAllowed(character.codePointAt(0) ?? 0) ? character : '');
  }
  return value;
}

/** Whether a code point may stand in the text as it is; tab and line breaks are references by then. */
function isAllowed(code: number): boolean {
  if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return false;
  if (code >= 0xd800 && code <= 0xdfff) return false;
  return code !== 0xfffe && code !== 0xffff;
}
