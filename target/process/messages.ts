// What the target's processes say to each other over Node's message channel.
import type { Addresses } from '../backend/backend.ts';

/** To the supervisor. */
export type FromChild =
  | { readonly kind: 'ready'; readonly info: ServicesInfo | SinksInfo | BackendInfo }
  /** Could not start, or cannot go on; `line` says why, in one line. */
  | { readonly kind: 'failed'; readonly line: string }
  /** What outlives the child when it is killed: the supervisor then ends the program, or removes the folder. */
  | { readonly kind: 'owns'; readonly pid: number }
  | { readonly kind: 'ownsFolder'; readonly path: string }
  /** The program has ended: its number may be given to another. */
  | { readonly kind: 'ended'; readonly pid: number };

export type ServicesInfo = Pick<Addresses, 'databaseUrl' | 'redisUrl'>;
export type SinksInfo = Pick<Addresses, 'sinksUrl'>;

export interface BackendInfo {
  readonly baseUrl: string;
  /** 'redis' or 'in process'. */
  readonly cache: string;
  /** Host and port of the backend's inspector; undefined where it has none. */
  readonly inspector: string | undefined;
}

/** To a child. */
export type ToChild = { readonly kind: 'start'; readonly addresses: Addresses } | { readonly kind: 'stop' };
