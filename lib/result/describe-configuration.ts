/** The configuration of a run in words. */
import { printable } from '../format/printable.ts';
import type { RunResult } from './run-result.ts';

/** An experiment switches the flags by itself: none are asked for. */
export function switchesItself({ shape }: RunResult['configuration']['load']): boolean {
  return shape === 'overhead' || shape === 'attribution' || shape === 'capacity';
}

/** `stages 30s→50, 1m→50, 15s→0; think time 1 s`, and what was loading beside it. */
export function describeLoad(load: RunResult['configuration']['load']): string {
  const beside = typeof load.background === 'string' ? `; beside ${printable(load.background, 200)}` : '';
  return `${describeOwnLoad(load)}${beside}`;
}

function describeOwnLoad(load: RunResult['configuration']['load']): string {
  const stages = (load.stages ?? load.steps) as { duration: string; target: number }[] | undefined;
  const unit = load.shape === 'rate' ? '/s' : '';
  const think = `think time ${String(load.thinkTimeSeconds)} s`;
  if (stages !== undefined) {
    return `${String(load.shape)} ${stages.map(({ duration, target }) => `${duration}→${target}${unit}`).join(', ')}; ${think}`;
  }
  if (load.shape === 'overhead' || load.shape === 'attribution') {
    const arms =
      load.shape === 'overhead'
        ? `${String(load.baseline)} against ${String(load.treatment)}, at most`
        : `${describeDesign(load.design)},`;
    return (
      `${String(load.mode)}, ${arms} ${String(load.blocks)} blocks of ${String(load.seconds)} s${load.mode === 'header' ? '' : ' an arm'} ` +
      `at ${String(load.perSecond)}/s (${String(load.arrivals)}), settling ${String(load.settleSeconds)} s`
    );
  }
  if (load.shape === 'capacity') {
    return (
      `capacity, ${String(load.baseline)} against ${String(load.treatment)}, ${String(load.blocks)} blocks from ${String(load.perSecond)}/s ` +
      `by steps of ×${String(load.step)} to at most ${String(load.ceilingPerSecond)}/s, tries of ${String(load.seconds)} s, settling ${String(load.settleSeconds)} s`
    );
  }
  if (load.shape === 'rate') return `rate ${String(load.perSecond)}/s for ${String(load.duration)}; ${think}`;
  const users = `${String(load.users)} user${load.users === 1 ? '' : 's'}`;
  return `${String(load.total)} iterations by ${users}; ${think}`;
}

/** The flags that a load test asked for, and how they were set. */
export function describeFlags({ flags, switchedBy }: RunResult['configuration']): string {
  if (flags === null) return 'as found';
  const values = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  const how = {
    admin: 'set by call',
    call: 'set by call',
    command: 'set from outside, named by the target before and after',
    deployments: 'by deployment',
    header: 'set by request header',
    label: 'label only',
  };
  return `${values.join(', ')} (${switchedBy === null ? 'not switched' : how[switchedBy]})`;
}

/** Which combinations of the settings an attribution measures. */
export function describeDesign(design: unknown): string {
  if (design === 'fraction') return '16 of the combinations';
  return `${design === 'half' ? 'half' : 'all'} of the combinations`;
}
