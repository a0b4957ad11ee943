/** How a run can end, and the exit code of each: k6's own codes, which the command line repeats. */

/** By the outcome of a result; `wrong setting` leaves none. */
export const EXIT_CODES = {
  passed: 0,
  'noise floor': 0,
  'not gated': 0,
  failed: 99,
  'broken report': 99,
  interrupted: 105,
  'wrong setting': 107,
  'not run': 108,
  invalid: 108,
  inconclusive: 110,
} as const;

/** The outcome of a run that ended with a verdict. */
export const OUTCOMES = {
  PASS: 'passed',
  MEASURED: 'passed',
  NOISE_FLOOR: 'noise floor',
  FAIL: 'failed',
  INTERRUPTED: 'interrupted',
  INVALID: 'invalid',
  INCONCLUSIVE: 'inconclusive',
} as const;

export function exitCodeOf(verdict: keyof typeof OUTCOMES): number {
  return EXIT_CODES[OUTCOMES[verdict]];
}
