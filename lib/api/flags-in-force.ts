/** Which settings are in force, by the target's own word: calls that read them, and echoes in the answers of its API. */
import type { Target, TargetApi } from '../config/config.ts';
import { describeEcho, echoOf, readsOf, type Echo, type Read } from '../config/switching.ts';
import { jsonOf } from '../format/json.ts';
import type { FlagValues } from '../../thresholds/types.ts';
import { firstDifference, readCalls, spokenOf, vocabularyOf, type Call } from './flags.ts';
import { at } from './json-path.ts';
import { headerOf, type HttpAnswer } from './send.ts';
import {
  expectedOf,
  notUnderstood,
  saidIn,
  statedFlags,
  understood,
  type StatedFlags,
} from './statements.ts';
import { describeAnswer, isRedirect, shownAddress, TargetProblem } from './target-problem.ts';

/** How the settings in force are read where the target says them in both ways. */
export type By = 'read' | 'echo';

/** What one look at the settings in force found. */
export interface Look {
  readonly problem: TargetProblem | null;
  /** Who answered, where an answer says. */
  readonly instance?: string | undefined;
}

/** One way to look, and how many right answers in a row prove it. */
export interface Proof {
  readonly look: () => Promise<Look>;
  readonly least: number;
}

/** The target, and how it is asked. */
export interface Asking {
  readonly config: Pick<Target, 'switching' | 'settings'> & {
    readonly api: Pick<TargetApi, 'method' | 'endpoint' | 'success'>;
  };
  /** One request of the API, with headers beside its own. */
  readonly request: (more: Readonly<Record<string, string>>, keepBody: boolean) => Promise<HttpAnswer>;
  /** A call of switching or proof. @throws TargetProblem where it is not answered by a 2xx */
  readonly ask: (call: Call) => Promise<HttpAnswer>;
}

export class FlagsInForce {
  readonly #asking: Asking;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  /**
   * The settings in force: by call, or from the echo of a request to the API.
   * @throws TargetProblem where the target does not say
   */
  async read(by: By = 'read', names: readonly string[] = this.#names()): Promise<FlagValues> {
    const { reads, echo } = this.#proofs(by);
    let flags: FlagValues = {};
    for (const read of reads) flags = { ...flags, ...(await this.#read(read, names)) };
    if (echo !== undefined) flags = { ...(await this.echoed(echo, {}, names)).flags, ...flags };
    if (reads.length > 0 || echo !== undefined) return flags;
    throw new TargetProblem('the target does not say which settings are in force: no read, and no echo', {
      isFinal: true,
    });
  }

  /** Whether settings are in force, by each proof that is asked for. */
  proofsOf(flags: FlagValues, by: By | 'both'): Proof[] {
    const { reads, echo } = this.#proofs(by === 'both' ? 'read' : by);
    const further = by === 'both' && echo === undefined ? echoOf(this.#asking.config.switching) : undefined;
    const lookAt = (said: Echo) =>
      lookFor(spokenOf(said, flags), () => this.echoed(said, {}, Object.keys(flags)));
    return [
      ...(reads.length === 0 ? [] : this.proofsByCall(flags)),
      ...(echo === undefined ? [] : [{ least: 1, look: () => lookAt(echo) }]),
      // An API that answers nothing of use in this arm is proven by its calls, and judged by the run.
      ...(further === undefined
        ? []
        : [{ least: 1, look: async () => ifContradicted(await lookAt(further)) }]),
    ];
  }

  /** The same by the calls alone. */
  proofsByCall(flags: FlagValues): Proof[] {
    const names = Object.keys(flags);
    return readsOf(this.#asking.config.switching).map((read) => ({
      least: read.inARow ?? 1,
      look: () => lookFor(spokenOf(read, flags), async () => ({ flags: await this.#read(read, names) })),
    }));
  }

  /**
   * The settings that the answer to one request of the API echoes. An answer that names its settings is a proof of them,
   * whatever its status: errors are judged by the run.
   * @throws TargetProblem where it names none
   */
  async echoed(
    echo: Echo,
    more: Readonly<Record<string, string>>,
    names: readonly string[],
  ): Promise<{ flags: FlagValues; instance?: string | undefined }> {
    const { api } = this.#asking.config;
    const answer = await this.#asking.request(more, 'json' in echo);
    const said = saidIn(answer, echo);
    if (said === undefined && !api.success.status.includes(answer.status)) {
      throw new TargetProblem(`${api.method} ${api.endpoint} ${describeAnswer(answer)}`, {
        isFinal: isRedirect(answer.status),
      });
    }
    const where = describeEcho(echo);
    const stated = statedFlags(said, echo, vocabularyOf(this.#asking.config), names);
    if (stated === null) throw new TargetProblem(`${where} names no flag`);
    const instance = echo.instance === undefined ? undefined : headerOf(answer, echo.instance);
    return { flags: this.#understood(stated, where), instance };
  }

  /** Calls come before requests of the API, or the other way round; an echo that names its instance is always asked. */
  #proofs(by: By): { reads: Read[]; echo: Echo | undefined } {
    const { switching } = this.#asking.config;
    const [reads, echo] = [readsOf(switching), echoOf(switching)];
    if (by === 'echo' && echo !== undefined) return { reads: echo.settings === undefined ? [] : reads, echo };
    const isSaid = (name: string) => reads.some(({ settings = [name] }) => settings.includes(name));
    const needsEcho = echo?.instance !== undefined || !this.#names().every(isSaid);
    return { reads, echo: needsEcho ? echo : undefined };
  }

  async #read(read: Read, names: readonly string[]): Promise<FlagValues> {
    const stated: StatedFlags = {};
    const vocabulary = vocabularyOf(this.#asking.config);
    for (const { call, names: answered } of readCalls(read, vocabulary, names)) {
      const json = jsonOf((await this.#asking.ask(call)).body);
      Object.assign(stated, statedFlags(at(json, read.readAt), read, vocabulary, answered) ?? {});
    }
    const where = `${read.method} ${shownAddress('path' in read ? read.path : read.url)}`;
    if (Object.keys(stated).length === 0) {
      throw new TargetProblem(`${where} names no flag at '${read.readAt}'`);
    }
    return this.#understood(stated, where);
  }

  /** @throws TargetProblem where a setting's value is not understood: it will not be later either */
  #understood(stated: StatedFlags, whoSays: string): FlagValues {
    const vocabulary = vocabularyOf(this.#asking.config);
    const flag = notUnderstood(stated, vocabulary);
    if (flag === null) return understood(stated, vocabulary);
    throw new TargetProblem(
      `${whoSays} says ${JSON.stringify(stated[flag])} for ${flag}; expected ${expectedOf(flag, vocabulary)}`,
      { flag, isFinal: true },
    );
  }

  #names(): string[] {
    return Object.keys(this.#asking.config.settings.values);
  }
}

/** Compares what is in force with what was asked for. */
async function lookFor(
  flags: FlagValues,
  find: () => Promise<{ flags: FlagValues; instance?: string | undefined }>,
): Promise<Look> {
  try {
    const { flags: inForce, instance } = await find();
    const flag = firstDifference(flags, inForce);
    if (flag === null) return { problem: null, instance };
    const says = inForce[flag] === undefined ? 'does not name' : `still says ${inForce[flag]} for`;
    const who = instance === undefined ? 'the target' : `the instance ${instance}`;
    return { problem: new TargetProblem(`${who} ${says} ${flag}`, { flag }), instance };
  } catch (error) {
    if (error instanceof TargetProblem) return { problem: error };
    throw error;
  }
}

/** A problem only where another value was named. */
function ifContradicted(look: Look): Look {
  return typeof look.problem?.flag === 'string' ? look : { ...look, problem: null };
}
