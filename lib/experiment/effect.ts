/**
 * Proof by effect: a counter of the target, or of where it sends, grows in arms with its settings and stands still in those
 * without. It shows what answers only say.
 */
import type { Arm } from '../config/arms.ts';
import type { SwitchedTarget } from '../config/experiment-config.ts';
import { countersOf, describeNumber, echoOf, type Counter } from '../config/switching.ts';
import { InvalidExperiment, orInvalid } from './invalid-experiment.ts';
import type { Port } from './port.ts';

/** What a counter showed in one visit of an arm. */
interface Seen {
  readonly switched: number;
  readonly settled: number;
  readonly ended: number;
}

/** One visit of an arm as its counters saw it. */
interface WatchedVisit {
  /** Once what the arm before has left is settled. */
  settled: () => Promise<void>;
  /** @throws InvalidExperiment where a counter contradicts the arm */
  ended: () => Promise<void>;
}

export class Effect {
  readonly #target: SwitchedTarget;
  readonly #port: Port;
  readonly #counters: readonly Counter[];

  constructor(target: SwitchedTarget, port: Port) {
    this.#target = target;
    this.#port = port;
    this.#counters = countersOf(target.switching);
  }

  /** From the moment at which the arm is in force. @param baseUrl where its requests go */
  async watch(arm: Arm, baseUrl: string): Promise<WatchedVisit> {
    const switched = await this.#read(baseUrl);
    let settled = switched;
    return {
      settled: async () => {
        settled = await this.#read(baseUrl);
      },
      ended: async () => {
        const ended = await this.#read(baseUrl);
        this.#counters.forEach((counter, i) => {
          this.#check(counter, arm, {
            switched: switched[i] ?? 0,
            settled: settled[i] ?? 0,
            ended: ended[i] ?? 0,
          });
        });
      },
    };
  }

  async #read(baseUrl: string): Promise<number[]> {
    const numbers: number[] = [];
    for (const counter of this.#counters) {
      const asked = this.#port.count(counter, baseUrl);
      numbers.push(await orInvalid(asked, 'contradicted', (problem) => `the proof by counter: ${problem}`));
    }
    return numbers;
  }

  #check(counter: Counter, arm: Arm, { switched, settled, ended }: Seen): void {
    const [what, on] = [describeNumber(counter), this.#settingOn(counter, arm)];
    const says = this.#says(arm);
    const fail = (problem: string): never => {
      throw new InvalidExperiment('contradicted', `${says}, but ${what} ${problem}`, on);
    };
    if (ended < switched) fail(`fell from ${switched} to ${ended}: did its process restart?`);
    if (on !== null && ended === switched)
      fail(`stood still at ${ended}; expected it to grow: longer seconds where it is written seldom`);
    if (on === null && ended !== settled)
      fail(
        `grew from ${settled} to ${ended} after settling; expected it to stand still, or longer settleSeconds`,
      );
  }

  /** The first setting of the arm that makes the counter grow; `null` where none is on. */
  #settingOn({ settings = [] }: Counter, { flags }: Arm): string | null {
    const { values, main } = this.#target.settings;
    const isOn = (name: string) => flags[name] !== undefined && flags[name] !== values[name]?.off;
    if (main !== null && !isOn(main)) return null;
    const named = settings.length > 0 ? settings : Object.keys(values);
    return named.find(isOn) ?? null;
  }

  #says({ name, flags }: Arm): string {
    const settings = Object.entries(flags).map(([setting, value]) => `${setting}=${value}`);
    const who = echoOf(this.#target.switching) === undefined ? 'the target was switched to' : 'answers echo';
    return `${who} ${settings.join(', ')} in the ${name}`;
  }
}
