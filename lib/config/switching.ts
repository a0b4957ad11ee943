/** What a switching has, and whether a run can use it. */
import type {
  CallAddress,
  CallHeaders,
  Milliseconds,
  Proof,
  Secret,
  SwitchCall,
  Switching,
} from '../../thresholds/types.ts';
import { ConfigError } from './config-error.ts';
import type { Plan } from './experiment-plan.ts';

export type Echo = Extract<Proof, { by: 'echo' }>;
export type Read = Extract<Proof, { by: 'read' }>;

/** What a `kind:workflow` answer itself says; `undefined`: nothing. */
export function echoOf(switching: Switching | null): Echo | undefined {
  return proofsOf(switching).find((proof) => proof.by === 'echo');
}

/** The calls that say which settings are in force. */
export function readsOf(switching: Switching | null): Read[] {
  return proofsOf(switching).filter((proof) => proof.by === 'read');
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

/** How long one switch may take. */
export function switchTimeoutMs(switching: Switching): Milliseconds {
  switch (switching.by) {
    case 'call':
      return switching.timeoutMs;
    case 'command':
      return switching.timeoutMs + switching.readyTimeoutMs;
    case 'deployments':
      return switching.swap?.timeoutMs ?? 0;
    case 'header':
      return 0;
  }
}

/** The secrets that switching and proof need, each with what needs it. */
export function secretsOf(switching: Switching): { secret: Secret; what: string }[] {
  const calls: (CallAddress & { headers?: CallHeaders })[] = [
    ...writesOf(switching),
    ...proofsOf(switching).filter((proof) => proof.by !== 'echo'),
  ];
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
  if (switching.by === 'header')
    throw new ConfigError(
      `${place}.by`,
      "'header' in toggle mode",
      'expected what switches the whole system, such as call, or MODE=header',
    );
  refuseUnsupported(switching, place);
  return switching;
}

/** @throws ConfigError for what nothing carries out yet */
export function refuseUnsupported(switching: Switching, place: string): void {
  if (switching.by === 'command' || switching.by === 'deployments')
    throw new ConfigError(`${place}.by`, `'${switching.by}' is not supported yet`, 'allowed: call, header');
  const proof = proofsOf(switching).find(({ by }) => by === 'counter' || by === 'uptime');
  if (proof !== undefined)
    throw new ConfigError(`${place}.proof`, `'${proof.by}' is not supported yet`, 'allowed: echo, read');
}
