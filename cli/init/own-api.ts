/** A second environment of an API that a team has described already. */
import { isDeepStrictEqual } from 'node:util';
import type { Api, Environment } from '../../thresholds/types.ts';

/**
 * What an environment has of its own beside thresholds/api.ts, which all environments share and a team may have edited:
 * where it is reached, its headers and its body. What counts as success stays, unless the example was answered by another
 * status.
 * @param found the API as the example alone would have it
 * @param known whether the example was answered, and whether the probe was named
 */
export function ownApi(
  shared: Api,
  found: Api,
  known: { isAnswered: boolean; isProbeNamed: boolean },
): NonNullable<Environment['api']> {
  const isElsewhere = shared.method !== found.method || shared.endpoint !== found.endpoint;
  const isOtherStatus =
    known.isAnswered && !found.success.status.every((status) => shared.success.status.includes(status));
  const headers = Object.entries(found.headers).filter(([name, value]) => shared.headers[name] !== value);
  const { method, endpoint, payload, probe, success } = found;
  const own = {
    ...(isElsewhere ? { method, endpoint } : {}),
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
    payload,
    ...(isElsewhere || known.isProbeNamed ? { probe } : {}),
    ...(isOtherStatus ? { success } : {}),
  };
  return Object.fromEntries(
    Object.entries(own).filter(([key, value]) => !isDeepStrictEqual(shared[key as keyof Api], value)),
  );
}
