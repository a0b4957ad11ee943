/** What `--set` names and a scenario never looks at: it would change nothing, and nobody would be told. */
import { isCheckable, subjectOf } from '../doctor/subject.ts';
import { UsageError } from '../errors.ts';
import type { Variables } from './variables.ts';

/** Read by what stands around the configuration, or only in some environments. */
const ELSEWHERE: readonly string[] = ['TEST_ENV', 'AUTH_TOKEN', 'CONFIRM'];

/**
 * Makes the configuration as the run will, and sees which variables it reads. One that is wrong in itself is for the run to
 * name.
 * @throws UsageError that names the first variable which nothing has read
 */
export function refuseUnread(scenario: string, set: Variables, variables: Variables): void {
  // What is neither is for the run to name.
  if (!isCheckable(scenario)) return;
  const read = new Set<string>(ELSEWHERE);
  const env = new Proxy<Record<string, string | undefined>>(
    { ...process.env, ...variables },
    {
      get: (all, name: string) => {
        read.add(name);
        return all[name];
      },
    },
  );
  try {
    subjectOf(scenario, env);
  } catch {
    return;
  }
  const unread = Object.keys(set).find((name) => !read.has(name));
  if (unread === undefined) return;
  throw new UsageError(
    `--set ${unread}: ${scenario} does not read it, so that nothing would change; docs/settings.md has the variables of each scenario`,
  );
}
