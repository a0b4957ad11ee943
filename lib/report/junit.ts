/** Results as JUnit XML: a case for each gate, guard and check, and one for the verdict. */
import { jUnitXml, type JUnitCase, type JUnitSuite } from '../summary/jslib/junit-xml.ts';
import { verdictLine } from './overhead-text.ts';
import type { RunResult } from '../result/run-result.ts';
import { amount } from './text.ts';
import { printable } from '../format/printable.ts';

const LONGEST = 1_000;
const PASSED: ReadonlySet<RunResult['outcome']['status']> = new Set(['passed', 'noise floor']);

/**
 * A suite for each result. What was not judged has failed here, since JUnit readers take all else for a pass;
 * a check fails if it failed once: whether that fails the run is for the gates.
 */
export function jUnitReport(results: readonly RunResult[]): string {
  return jUnitXml(results.map(suite));
}

function suite(result: RunResult): JUnitSuite {
  const { run } = result;
  const classname = `${run.scenario}.${run.environment}`;
  const cases = [verdict(result), ...gates(result), ...guards(result), ...checks(result)];
  return {
    name: printable(`${run.scenario} on ${run.environment}, ${run.startedAt}`, LONGEST),
    cases: cases.map(([name, failure]): JUnitCase => ({
      name: printable(name, LONGEST),
      classname: printable(classname, LONGEST),
      ...(failure === null ? {} : { failure: printable(failure, LONGEST) }),
    })),
  };
}

/** A name, and why it failed; null where it passed. */
type Case = readonly [name: string, failure: string | null];

function verdict({ outcome, overhead, capacity }: RunResult): Case {
  const experiment = overhead ?? capacity;
  const why = experiment === null ? `${outcome.status}: ${outcome.reason}` : verdictLine(experiment);
  const name = overhead !== null ? 'overhead verdict' : capacity !== null ? 'capacity verdict' : 'verdict';
  return [
    name,
    PASSED.has(outcome.status) ? null : outcome.status === 'not gated' ? `not gated: ${outcome.reason}` : why,
  ];
}

function gates({ gates: all }: RunResult): Case[] {
  return all.map((gate) => {
    const observed = gate.observed === null ? 'no samples' : `observed ${amount(gate, gate.observed)}`;
    return [
      `gate: ${gate.name} ${gate.operator ?? ''} ${amount(gate, gate.limit)}`,
      gate.status === 'passed' ? null : `${gate.status}: ${observed}`,
    ];
  });
}

function guards({ overhead }: RunResult): Case[] {
  return (overhead?.guards ?? []).map(({ name, held, message }) => [`guard: ${name}`, held ? null : message]);
}

function checks({ checks: all }: RunResult): Case[] {
  return all.map(({ name, passes, fails }) => [
    `check: ${name}`,
    fails === 0 ? null : `failed ${fails} of ${passes + fails} times`,
  ]);
}
