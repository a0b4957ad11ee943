import type { SummaryCheck, SummaryGroup } from './summary-data.ts';
import { printable } from '../../format/printable.ts';
import type { Paint } from './terminal.ts';

/**
 * The lines of a group: its name, its checks, then the groups in it, two columns further in. The root has no
 * name and adds no level.
 */
export function groupLines(group: SummaryGroup, indent: string, paint: Paint): string[] {
  const lines: string[] = [];
  let inner = indent;
  if (group.name !== '') {
    lines.push(`${indent}█ ${printable(group.name)}`, '');
    inner = `${indent}  `;
  }
  for (const check of group.checks) lines.push(checkLines(check, inner, paint));
  if (group.checks.length > 0) lines.push('');
  for (const child of group.groups) lines.push(...groupLines(child, inner, paint));
  return lines;
}

/** One line for a check that always passed, two for one that did not, coloured as a whole. */
function checkLines(check: SummaryCheck, indent: string, paint: Paint): string {
  const name = printable(check.name);
  if (check.fails === 0) return paint(`${indent}✓ ${name}`, 'green');

  // Cut, so that 100 % means all of them.
  const percent = Math.floor((100 * check.passes) / (check.passes + check.fails));
  return paint(`${indent}✗ ${name}\n${indent} ↳  ${percent}% — ✓ ${check.passes} / ✗ ${check.fails}`, 'red');
}
