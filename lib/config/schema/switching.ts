/**
 * How the target's settings are switched, as data. In addresses, header names and values `{setting}` and `{value}` stand for
 * one setting and its value, `{arm}` for the name of the arm; `"{settings}"` for an object of all of them.
 */
import * as v from 'valibot';
import {
  absolute,
  anyText,
  arm,
  baseUrl,
  either,
  list,
  object,
  oneOf,
  optional,
  path,
  byName,
  text,
  timeoutMs,
  within,
  type Content,
  type ContentOf,
  type Field,
  type Fields,
} from '../fields.ts';
import { expression, headers, headerName, headerValue, json, secret } from './api.ts';
import { bySetting, settingName, settingValue } from './settings.ts';

const ownAuth = v.lazy((value): Field<Content<typeof secret> | true> =>
  typeof value === 'object' && value !== null
    ? secret
    : v.literal(true, "expected a secret by its name, such as { variable: 'FLAGS_TOKEN' }, or true"),
);

/** A call to a path below the base URL, with the API's own headers and token, or to an address of its own. */
function addressed<F extends Fields>(value: object, fields: F) {
  return 'url' in value
    ? object({
        url: absolute,
        /** A bearer token of its own, or `true`: the API's headers and token, which no other host gets unless it is asked for. */
        auth: optional(ownAuth),
        headers: optional(headers),
        ...fields,
      })
    : object({
        path,
        /** `false`: without the API's headers and token. */
        auth: optional(v.literal(false, 'allowed: false')),
        headers: optional(headers),
        ...fields,
      });
}

const settingNames = list('expected names of settings', settingName);

/** A call that switches. One whose address or body names `{setting}` is made once for each setting. */
const switchCall = either((value) =>
  addressed(value, {
    method: oneOf('PUT', 'POST', 'PATCH', 'DELETE'),
    /** The settings that it sets, where others are set elsewhere; all by default. */
    settings: optional(settingNames),
    body: json,
  }),
);
export type SwitchCall = Content<typeof switchCall>;

/** How what the target says of its settings is understood. Without any of these: by name, in JSON or `A=true,B=false`. */
const statementFields = {
  /** What it says for a value, where it writes something else: `{ enabled: true, disabled: false }`. */
  values: optional(byName(v.string(), settingValue, 'expected values by what the target says')),
  /**
   * A regular expression for one setting, where `{setting}` stands for its name. Its first group is the value; without a
   * group a match means on, and no match off.
   */
  pattern: optional(expression),
  /** A list, of JSON or with commas, that names the settings which are on. */
  contains: optional(v.literal(true, 'allowed: true')),
  /** The settings that it speaks of, where something else speaks of the others; all by default. */
  settings: optional(settingNames),
};
export interface Statement extends ContentOf<typeof statementFields> {}

/** Where a number of the target, or of where it sends, stands. */
function numberAt<F extends Fields>(value: object, fields: F) {
  return 'pattern' in value
    ? addressed(value, {
        /** A regular expression whose first group is the number; the numbers of all matches are added up. */
        pattern: expression,
        ...fields,
      })
    : addressed(value, {
        /** Path of the number in the JSON answer. */
        readAt: v.string('expected the path of a number'),
        ...fields,
      });
}

/** One proof that an arm is in force. */
const proof = either((value) => {
  switch (value.by) {
    /** A call. */
    case 'read':
      return addressed(value, {
        by: oneOf('read'),
        method: oneOf('GET', 'POST'),
        /** The path of the settings in its answer (`''`: the answer itself); `{setting}` as in `write`. */
        readAt: v.string('expected the path of the settings in the answer'),
        /** So many right answers one after the other prove it, where several instances answer; 1 by default. */
        inARow: optional(within('a whole number', 1, 100, true)),
        ...statementFields,
      });
    /** A number that grows in arms with one of these settings (all, by default), and stands still in the others. */
    case 'counter':
      return numberAt(value, { by: oneOf('counter'), settings: optional(settingNames) });
    /**
     * How long ago the process started, in seconds or in `unit`, or when it did: falls, or moves, with each restart. With a
     * `unit` it is never taken for a point in time.
     */
    case 'uptime':
      return numberAt(value, { by: oneOf('uptime'), unit: optional(oneOf('s', 'ms')) });
    /** A header of each answer, or a value in its JSON, by path. */
    default: {
      const by = oneOf('echo', 'read', 'counter', 'uptime') as Field<'echo'>;
      const fields = {
        /** The header that names the instance which answers: behind a balancer each one seen must prove itself. */
        instance: optional(headerName),
        ...statementFields,
      };
      return 'json' in value
        ? object({ by, json: anyText, ...fields })
        : object({ by, header: headerName, ...fields });
    }
  }
});
export type Proof = Content<typeof proof>;

/** What every way of switching has. */
const proven = {
  /** All of these must hold. `none`: there is none, and nothing that is measured can PASS. */
  proof: v.lazy((value): Field<Proof[] | 'none'> =>
    Array.isArray(value)
      ? list('expected at least one proof', proof)
      : v.literal('none', "expected a list of proofs, or 'none'"),
  ),
  /** A request header that sets them for one request: `MODE=header`. */
  header: optional(object({ name: text('expected the name of a header', /^[^\s:]+$/), value: headerValue })),
  /** What the target writes for true and false, where it writes something else: `{ true: 1, false: 0 }`. */
  values: optional(object({ true: settingValue, false: settingValue })),
  /** What the target calls the settings, where its names differ. */
  names: optional(bySetting(anyText, "expected the target's names by setting")),
};

export const switching = either((value) => {
  switch (value.by) {
    /** Calls for the whole system, in their order. */
    case 'call':
      return object({
        by: oneOf('call'),
        write: v.lazy((write): Field<SwitchCall | SwitchCall[]> =>
          Array.isArray(write) ? list('expected at least one call', switchCall) : switchCall,
        ),
        /** How long a switch may take until it is proven. */
        timeoutMs,
        /** The arm in force between runs: put back after each of a target that does not say itself what it had before. */
        usual: optional(arm),
        ...proven,
      });
    /**
     * A shell command, run by the command line: one for each switch, or one an arm by its name. The settings of the arm are
     * its environment variables, and `SETTINGS_ARM` the name of the arm.
     */
    case 'command':
      return object({
        by: oneOf('command'),
        run: v.lazy((run): Field<string | Readonly<Record<string, string>>> =>
          typeof run === 'object' && run !== null
            ? byName(v.string(), anyText, 'expected commands by arm')
            : anyText,
        ),
        /** How long the command may take. */
        timeoutMs,
        /** How long the target may take after it until it answers, and the switch is proven. */
        readyTimeoutMs: timeoutMs,
        /** As with `call`. */
        usual: optional(arm),
        ...proven,
      });
    /** A base URL an arm; nothing is switched. */
    case 'deployments':
      return object({
        by: oneOf('deployments'),
        urls: byName(v.string(), baseUrl, 'expected base URLs by arm'),
        /** Exchanges the two, so that half of the blocks run crossed. */
        swap: optional(
          either((swap) =>
            'call' in swap
              ? object({ call: switchCall, timeoutMs })
              : object({ command: anyText, timeoutMs }),
          ),
        ),
        ...proven,
      });
    /** Only `header`: `MODE=header`, which gives a lower bound of the overhead. */
    default:
      return object({
        by: oneOf('call', 'command', 'header', 'deployments') as Field<'header'>,
        ...proven,
      });
  }
});
export type Switching = Content<typeof switching>;
