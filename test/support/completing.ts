/** A small API whose workflows go on after their answer: 202, and a status that says when they are done. */
import { healthy, serve, withProbe, type Answer, type TestServer } from './servers.ts';

export interface Completing {
  /** From the answer until the status says `done`. */
  takesMs: number;
  /** The answer to the request itself, by the id of its workflow. */
  accepts?: (id: number) => Answer;
  /** What the status says until then, and from then on. */
  running?: Answer;
  done?: Answer;
}

/** Starts one. */
export async function serveCompleting(behaviour: Completing): Promise<TestServer> {
  const {
    takesMs,
    running = { body: '{"state":"running"}' },
    done = { body: '{"state":"done"}' },
  } = behaviour;
  const accepts =
    behaviour.accepts ?? ((id) => ({ status: 202, body: '', headers: { Location: `/jobs/${id}` } }));
  const startedAt: number[] = [];
  return serve(
    withProbe(({ path, method }) => {
      const [, id] = /^\/jobs\/(\d+)$/.exec(path) ?? [];
      if (id !== undefined)
        return performance.now() - (startedAt[Number(id)] ?? 0) < takesMs ? running : done;
      return method === 'POST' ? accepts(startedAt.push(performance.now()) - 1) : healthy;
    }),
  );
}
