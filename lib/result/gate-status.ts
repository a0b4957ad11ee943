/** Whether gates hold: as k6 judged them, or anew on what several load generators observed together. */
import type { GateResult } from './run-result.ts';

/**
 * A floor that was missed reads "too few samples", and so does a limit that k6 passed because it saw no sample.
 * @param ok k6's own judgement; undefined where it was told to judge nothing
 */
export function gateStatus(
  kind: GateResult['kind'],
  ok: boolean | undefined,
  observed: number | null,
): GateResult['status'] {
  if (ok === undefined) return 'not gated';
  if (ok) return observed === null ? 'too few samples' : 'passed';
  return kind === 'floor' ? 'too few samples' : 'failed';
}

/** A gate judged on what several load generators observed together, as k6 judges it for one. */
export function reevaluateGate(gate: GateResult, observed: number | null): GateResult {
  const ok = observed === null ? gate.kind === 'limit' : holds(gate, observed);
  return { ...gate, observed, status: gateStatus(gate.kind, ok, observed) };
}

function holds({ operator, limit }: GateResult, observed: number): boolean {
  switch (operator) {
    case '<':
      return observed < limit;
    case '<=':
      return observed <= limit;
    case '>=':
      return observed >= limit;
    case null:
      return false;
  }
}

/** The gates that do not hold, for people; empty where all do. */
export function crossedGates(gates: readonly GateResult[]): string {
  return gates
    .filter(({ status }) => status === 'failed' || status === 'too few samples')
    .map(({ name, status }) => (status === 'failed' ? name : `${name} (too few samples)`))
    .join(', ');
}
