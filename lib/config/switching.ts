/** What a switching has, and whether a run can use it. */
import type {
  FlagValues,
  Milliseconds,
  Proof,
  Secret,
  SwitchCall,
  Switching,
} from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import type { Plan } from './experiment-plan.ts';
import { flagsOfArm, type TargetSettings } from './settings.ts';
import { redactedAddress } from '../format/redacted.ts';

export type Echo = Extract<Proof, { by: 'echo' }>;
export type Read = Extract<Proof, { by: 'read' }>;
export type Counter = Extract<Proof, { by: 'counter' }>;
export type Uptime = Extract<Proof, { by: 'uptime' }>;

/** What a `kind:workflow` answer itself says; `undefined`: nothing. */
export function echoOf(switching: Switching | null): Echo | undefined {
  return proofsOf(switching).find((proof) => proof.by === 'echo');
}

/** The calls that say which settings are in force. */
export function readsOf(switching: Switching | null): Read[] {
  return proofsOf(switching).filter((proof) => proof.by === 'read');
}

/** The numbers that grow in some arms. */
export function countersOf(switching: Switching | null): Counter[] {
  return proofsOf(switching).filter((proof) => proof.by === 'counter');
}

/** The numbers that move where a process restarts. */
export function uptimesOf(switching: Switching | null): Uptime[] {
  return proofsOf(switching).filter((proof) => proof.by === 'uptime');
}

/** `the counter GET /metrics`. */
export function describeNumber(proof: Counter | Uptime): string {
  return `the ${proof.by} GET ${'path' in proof ? proof.path : redactedAddress(proof.url)}`;
}

/** Whether it switches a system that its settings can be read of, and that has them back in the end. */
export function switchesSystem(
  switching: Switching | null,
): switching is Extract<Switching, { by: 'call' | 'command' }> {
  return switching?.by === 'call' || switching?.by === 'command';
}

/** Whether the requests of a load carry its settings, since nothing switches the system. */
export function switchesByHeader(
  switching: Switching | null,
): switching is Switching & Required<Pick<Switching, 'header'>> {
  return !switchesSystem(switching) && switching?.header !== undefined;
}

/** Whether two deployments exchange their settings on the way. */
export function isExchanging(switching: Switching | null): boolean {
  return switching?.by === 'deployments' && switching.swap !== undefined;
}

/** Where the environment's file has a command, which k6 cannot run; `null`: nowhere. */
export function commandPlace(switching: Switching | null): string | null {
  if (switching?.by === 'command') return 'switching.run';
  const swap = switching?.by === 'deployments' ? switching.swap : undefined;
  return swap !== undefined && 'command' in swap ? 'switching.swap.command' : null;
}

/** Whether the target says itself which settings are in force. */
export function saysSettings(switching: Switching | null): boolean {
  return readsOf(switching).length > 0 || echoOf(switching) !== undefined;
}

/**
 * The settings that a target has between runs, where its file says so.
 * @throws ConfigError where they are those of no arm
 */
export function usualFlags(
  { switching, settings }: { switching: Switching | null; settings: TargetSettings },
  file: string,
): FlagValues | null {
  if (!switchesSystem(switching) || switching.usual === undefined) return null;
  return flagsOfArm(settings, switching.usual, `${file} switching.usual`);
}

/** Why a target is left with what a run has set last, and what would help. */
export function leftAsSet({ environment }: { environment: string }): string {
  return `nothing says which settings it had before; switching.usual in thresholds/${environment}.ts names the arm to put back`;
}

export function proofsOf(switching: Switching | null): readonly Proof[] {
  return switching === null || switching.proof === 'none' ? [] : switching.proof;
}

/** What proves that an arm is in force, and why nothing can pass where that is too little. */
export interface Proven {
  readonly by: readonly Proof['by'][];
  /** `null`: it can pass. */
  readonly unproven: string | null;
}

export function provenOf(switching: Switching): Proven {
  return {
    by: proofsOf(switching).map(({ by }) => by),
    unproven:
      switching.proof === 'none'
        ? 'nothing proves that the target was switched: switching.proof is none'
        : null,
  };
}

/** `the answer's X-Flags`, or a value in its JSON. */
export function describeEcho(echo: Echo): string {
  return 'header' in echo ? `the answer's ${echo.header}` : `the answer's JSON at '${echo.json}'`;
}

/** The calls that switch; none where nothing is called. */
export function writesOf(switching: Switching | null): readonly SwitchCall[] {
  if (switching?.by !== 'call') return [];
  return Array.isArray(switching.write) ? switching.write : [switching.write];
}

/** A command that is ended may need as long to put back what it has changed. */
const GRACE_MS: Milliseconds = 15_000;

/** How long one switch may take. */
export function switchTimeoutMs(switching: Switching | null): Milliseconds {
  switch (switching?.by) {
    case 'call':
      return switching.timeoutMs;
    case 'command':
      return switching.timeoutMs + switching.readyTimeoutMs + GRACE_MS;
    case 'deployments':
      // The swap itself, and both deployments until they answer.
      return switching.swap === undefined ? 0 : 3 * switching.swap.timeoutMs + GRACE_MS;
    case 'header':
    case undefined:
      return 0;
  }
}

/** The secrets that switching and proof need, each with what needs it. */
export function secretsOf(switching: Switching): { secret: Secret; what: string }[] {
  const calls = [...writesOf(switching), ...proofsOf(switching).filter((proof) => proof.by !== 'echo')];
  return calls.flatMap(({ auth, headers = {} }) => [
    ...(typeof auth === 'object' ? [{ secret: auth, what: 'the token of switching' }] : []),
    ...Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [] : [{ secret: value, what: `the header ${name} of switching` }],
    ),
  ]);
}

/**
 * An experiment on a target that it cannot switch proves nothing.
 * @throws ConfigError that says what is missing
 */
export function checkSwitching(switching: Switching | null, mode: Plan['mode'], file: string): Switching {
  const place = `${file} switching`;
  if (switching === null) {
    throw new ConfigError(
      place,
      'missing',
      'expected how the settings are switched: see thresholds/switching.ts',
    );
  }
  if (mode === 'header') {
    if (switching.header === undefined)
      throw new ConfigError(
        `${place}.header`,
        'missing in header mode',
        'expected a request header, or MODE=toggle',
      );
    if (echoOf(switching) === undefined)
      throw new ConfigError(
        `${place}.proof`,
        'no echo in header mode',
        'expected what each answer says: { by: "echo" }',
      );
    return switching;
  }
  if (switching.by !== 'command' && uptimesOf(switching).length > 0)
    throw new ConfigError(
      `${place}.proof`,
      `'uptime' where by is '${switching.by}', which restarts nothing`,
      "expected by: 'command', or another proof",
    );
  if (switching.by === 'header')
    throw new ConfigError(
      `${place}.by`,
      "'header' in toggle mode",
      'expected what switches the whole system, such as call, or MODE=header',
    );
  return switching;
}
