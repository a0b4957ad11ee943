/** A CPU profile as V8 writes it: a `.cpuprofile` file, or the answer to `Profiler.stop`. */
import * as v from 'valibot';

const callFrame = v.object({ functionName: v.string(), url: v.string() });
const node = v.object({ id: v.number(), callFrame, children: v.optional(v.array(v.number())) });
// The two long lists are looked at by hand: minutes of samples are hundreds of thousands of numbers.
const schema = v.object({
  nodes: v.pipe(v.array(node), v.minLength(1)),
  startTime: v.number(),
  endTime: v.number(),
  samples: v.custom<number[]>(isNumbers),
  timeDeltas: v.custom<number[]>(isNumbers),
});

export type CallFrame = v.InferOutput<typeof callFrame>;
/** `samples` are ids of nodes; `timeDeltas` the microseconds before each; the first node is the root. */
export type CpuProfile = v.InferOutput<typeof schema>;

/**
 * A profile from untrusted JSON.
 * @throws Error one line: it is no CPU profile, and where
 */
export function parseCpuProfile(value: unknown): CpuProfile {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const [issue] = result.issues;
    throw new Error(`no CPU profile: ${v.getDotPath(issue) ?? 'the value'}: ${issue.message}`);
  }
  const profile = result.output;
  if (profile.samples.length !== profile.timeDeltas.length) {
    throw new Error(
      `no CPU profile: ${profile.samples.length} samples, but ${profile.timeDeltas.length} time deltas`,
    );
  }
  return profile;
}

/** Microseconds that each node itself was seen at work, by its id: a sample counts until the next one. */
export function selfTimesUs({ samples, timeDeltas, startTime, endTime }: CpuProfile): Map<number, number> {
  const times = new Map<number, number>();
  let now = startTime;
  for (let i = 0; i < samples.length; i += 1) {
    now += timeDeltas[i] ?? 0;
    const next = timeDeltas[i + 1];
    const id = samples[i] ?? 0;
    // V8 may write a sample too late, with a negative delta behind it: it counts nothing.
    const us = Math.max(0, next ?? endTime - now);
    times.set(id, (times.get(id) ?? 0) + us);
  }
  return times;
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => Number.isFinite(element));
}
