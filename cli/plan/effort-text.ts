/** What a verdict takes, as text. */
import type { Effort } from '../../lib/experiment/power.ts';
import { humanDuration } from '../../lib/format/format.ts';

/** `20  12000  5m30s`: blocks, measured requests of all arms, time with settling and warm-up. */
export function effortCells({ blocks, requests, minutes }: Effort): string[] {
  return [String(blocks), String(requests), humanDuration(minutes * 60_000)];
}
