/** Which results were accepted: one small file for each kind of run, beside the results that it names. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import type { HistoryEntry } from '../../lib/history/entry.ts';
import type { RunResult } from '../../lib/result/run-result.ts';
import { saveFile } from '../save-file.ts';
import { warn } from '../say.ts';
import { readHistory } from './folder.ts';

const schema = v.object({
  kind: v.literal('baseline'),
  schemaVersion: v.literal(1),
  scenario: v.string(),
  environment: v.string(),
  machineClass: v.nullable(v.string()),
  acceptedAt: v.pipe(v.string(), v.isoTimestamp()),
  /** Names of results in the history, the latest last. */
  results: v.pipe(v.array(v.string()), v.minLength(1)),
});

export type Baseline = v.InferOutput<typeof schema>;

/** What a baseline is for: one of each. */
export type Kind = Pick<Baseline, 'scenario' | 'environment' | 'machineClass'>;

export function kindOf({ run: { scenario, environment, machineClass } }: RunResult): Kind {
  return { scenario, environment, machineClass };
}

interface Baselines {
  baselines: Baseline[];
  /** One line for each file that is no baseline. */
  problems: string[];
}

/** All baselines of a history; none where there are none. */
export async function readBaselines(folder: string): Promise<Baselines> {
  const all: Baselines = { baselines: [], problems: [] };
  const names = await readdir(join(folder, 'baselines')).catch(() => []);
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(folder, 'baselines', name);
    try {
      all.baselines.push(v.parse(schema, JSON.parse(await readFile(path, 'utf8'))));
    } catch {
      all.problems.push(`${path}: not a baseline, or cut short: \`baseline accept\` writes it anew`);
    }
  }
  return all;
}

/** The files that all baselines name. */
export function acceptedFiles({ baselines }: Baselines): Set<string> {
  return new Set(baselines.flatMap(({ results }) => results));
}

/** A history, and which of its files were accepted; what of it cannot be read is warned of. */
export async function historyWithAccepted(
  folder: string,
): Promise<{ entries: HistoryEntry[]; accepted: Set<string> }> {
  const { entries, problems } = await readHistory(folder);
  const baselines = await readBaselines(folder);
  [...problems, ...baselines.problems].forEach(warn);
  return { entries, accepted: acceptedFiles(baselines) };
}

/**
 * Makes results of one kind the accepted ones, in place of those before.
 * @throws CliError where it cannot be written
 */
export async function acceptBaseline(folder: string, entries: readonly HistoryEntry[]): Promise<void> {
  const [first] = entries;
  if (first === undefined) return;
  const kind = kindOf(first.result);
  const baseline: Baseline = {
    kind: 'baseline',
    schemaVersion: 1,
    ...kind,
    acceptedAt: new Date().toISOString(),
    results: entries.map(({ file }) => file),
  };
  await saveFile(join(folder, 'baselines', fileOf(kind)), `${JSON.stringify(baseline, null, 2)}\n`);
}

/** The machine's name may hold anything: its hash tells two apart. */
function fileOf({ scenario, environment, machineClass }: Kind): string {
  const hash = createHash('sha256').update(JSON.stringify(machineClass)).digest('hex').slice(0, 8);
  return `${`${scenario}-${environment}`.replaceAll(/[^0-9A-Za-z-]/g, '_')}-${hash}.json`;
}
