/** A flame graph as data: frames as rectangles, each below its caller. */
import { humanUs } from '../format/format.ts';
import type { ProfileResult } from '../result/run-result.ts';

export interface FlameRectangle {
  label: string;
  /** All that is known of it, in one line. */
  detail: string;
  /** Shares of the graph's width, from 0 to 1. */
  left: number;
  width: number;
  /** Callers stand above: 0 has none. */
  depth: number;
  /** How much of its time is added: from -1, the baseline's alone, to 1, the treatment's alone. */
  added: number;
}

export interface Flame {
  title: string;
  note: string;
  frames: readonly FlameRectangle[];
}

/** Narrower ones cannot be seen. */
const NARROWEST = 0.002;
/** A deeper stack is cut: what is below it still counts above. */
const DEEPEST = 48;

/** The treatment's time as widths, and what it adds as colour; null where the treatment did nothing. */
export function flameOf({ flame }: ProfileResult): Flame | null {
  const whole = flame.reduce((sum, { parent, total }) => sum + (parent < 0 ? total.treatmentUs : 0), 0);
  if (whole === 0) return null;
  /** Where the next callee of a frame begins; of no frame: the next one without a caller. */
  const nextLeft = new Map<number, number>();
  const placed: (FlameRectangle | undefined)[] = [];
  flame.forEach(({ parent, name, package: of, total }, i) => {
    const caller = placed[parent];
    if (parent >= 0 && caller === undefined) return;
    const width = total.treatmentUs / whole;
    const left = nextLeft.get(parent) ?? caller?.left ?? 0;
    nextLeft.set(parent, left + width);
    const depth = caller === undefined ? 0 : caller.depth + 1;
    if (width < NARROWEST || depth > DEEPEST) return;
    const addedUs = total.treatmentUs - total.baselineUs;
    placed[i] = {
      label: name,
      detail: `${name} (${of}): baseline ${humanUs(total.baselineUs)}, treatment ${humanUs(total.treatmentUs)} a request`,
      left,
      width,
      depth,
      added: addedUs / Math.max(total.treatmentUs, total.baselineUs),
    };
  });
  return {
    title: 'Flame graph of the difference',
    note: 'As wide as a call is in the treatment, its callers above it; red: added by the treatment, blue: less than in the baseline.',
    frames: placed.filter((frame) => frame !== undefined),
  };
}
