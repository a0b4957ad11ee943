/** A small API with flags to switch, and with everything that can be wrong with one. */
import { healthy, serve, type Answer, type Received, type TestServer } from './servers.ts';

type Flag = keyof typeof found;
const FLAGS = (): Flag[] => Object.keys(found) as Flag[];

export interface Behaviour {
  /** What a request takes longer with observability on; it may differ each time that it is switched on. */
  extraMs?: number | ((timesOn: number) => number);
  /** What a request takes longer with each flag on, beside observability. */
  flagMs?: Partial<Record<Flag, number>>;
  /** This flag stays as it was, whatever is asked for. */
  ignores?: Flag;
  /** The admin call says yes at once, and the flags change so much later. */
  lateMs?: number;
  /** There is no admin call. */
  noAdmin?: boolean;
  /** How a request is answered with observability on. */
  on?: (request: Received) => Answer;
  /** What is answered instead of the workflow, with its flags beside it. */
  answers?: (request: Received, isOn: boolean) => Exclude<Answer, string>;
  /** What the server says that observability costs it; without it the server says nothing about itself. */
  costs?: { cpuMsPerRequest: number; memoryMb: number };
  /** The server ends at this request. */
  diesAt?: number;
}

export interface Switchable extends TestServer {
  /** The flags in force. */
  flags: () => Record<Flag, boolean>;
}

const FLAGS_PATH = '/api/v1/observability/flags';

/** The flags that the server starts with, and that must be found again. */
export const found = {
  ENABLE_OBSERVABILITY: true,
  ENABLE_LANGFUSE_EXPORT: true,
  ENABLE_ASYNC_TRACE_EXPORT: false,
  TRACK_MODEL_COSTS: true,
  ENABLE_SIMILARITY_LOGGING: false,
};

/** Starts one. Requests take 3 ms, by which the blocks of an experiment hardly differ. */
export async function serveSwitchable(behaviour: Behaviour = {}): Promise<Switchable> {
  let flags: Record<Flag, boolean> = { ...found };
  let timesOn = 0;
  let cpuMs = 0;
  const server = await serve((request) => {
    if (request.path === FLAGS_PATH) {
      if (behaviour.noAdmin === true) return { status: 404, body: '{"error":"no such route"}' };
      if (request.method === 'PUT') {
        const asked = askedFor(request);
        const next = { ...flags, ...asked };
        if (behaviour.ignores !== undefined) next[behaviour.ignores] = flags[behaviour.ignores];
        if (next.ENABLE_OBSERVABILITY) timesOn += 1;
        if (behaviour.lateMs === undefined) flags = next;
        else setTimeout(() => (flags = next), behaviour.lateMs);
      }
      return { body: JSON.stringify({ flags }) };
    }
    const { costs } = behaviour;
    if (request.path === '/api/v1/observability/metrics' && costs !== undefined) {
      const memoryMb = 100 + (flags.ENABLE_OBSERVABILITY ? costs.memoryMb : 0);
      return {
        body: JSON.stringify({ cpu: { seconds: cpuMs / 1e3 }, memory: { rssBytes: memoryMb * 1e6 } }),
      };
    }
    if (request.path.startsWith('/api/v1/observability/')) return { body: '{}' };
    cpuMs += 1 + (flags.ENABLE_OBSERVABILITY ? (costs?.cpuMsPerRequest ?? 0) : 0);
    return answerTo(request, behaviour, inForce(request, flags), timesOn);
  });
  return { ...server, flags: () => flags };
}

function answerTo(
  request: Received,
  behaviour: Behaviour,
  flags: Record<Flag, boolean>,
  timesOn: number,
): Answer {
  const { on, extraMs = 0, flagMs = {}, diesAt } = behaviour;
  if (diesAt !== undefined && request.number >= diesAt) return 'die';
  const isOn = flags.ENABLE_OBSERVABILITY;
  if (isOn && on !== undefined) return on(request);
  const echo = FLAGS()
    .map((flag) => `${flag}=${flags[flag]}`)
    .join(',');
  const flagsHeader = { 'X-Observability-Flags': echo };
  const own = behaviour.answers?.(request, isOn);
  if (own !== undefined) return { ...own, headers: { ...flagsHeader, ...own.headers } };
  return {
    ...(typeof healthy === 'string' ? {} : healthy),
    headers: { 'Set-Cookie': 'instance=a', ...flagsHeader },
    afterMs:
      3 + (isOn ? (typeof extraMs === 'number' ? extraMs : extraMs(timesOn)) + ofFlags(flags, flagMs) : 0),
  };
}

function ofFlags(flags: Record<Flag, boolean>, flagMs: NonNullable<Behaviour['flagMs']>): number {
  return FLAGS().reduce((sum, flag) => sum + (flags[flag] ? (flagMs[flag] ?? 0) : 0), 0);
}

function askedFor({ body }: Received): Partial<Record<Flag, boolean>> {
  return (JSON.parse(body) as { flags: Partial<Record<Flag, boolean>> }).flags;
}

/** A request's own header comes before the system's flags. */
function inForce(request: Received, flags: Record<Flag, boolean>): Record<Flag, boolean> {
  const header = request.headers['x-observability-flags'];
  if (typeof header !== 'string') return flags;
  const pairs = header.split(',').map((pair) => pair.split('=') as [Flag, string]);
  return { ...flags, ...Object.fromEntries(pairs.map(([flag, value]) => [flag, value === 'true'])) };
}
