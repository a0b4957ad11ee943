/** The kind of machine that loads: two runs on unlike machines measure the machines. */
import { cpus } from 'node:os';

/** More is not a name. */
const LONGEST = 80;

/** MACHINE_CLASS where it is set, else the number and the model of the processors: `2 × Intel(R) Xeon(R) CPU`. */
export function machineClass({ MACHINE_CLASS }: NodeJS.ProcessEnv): string {
  if (MACHINE_CLASS !== undefined && MACHINE_CLASS.trim() !== '') return MACHINE_CLASS;
  const processors = cpus();
  const model = (processors[0]?.model ?? '').replace(/\p{C}/gu, '').replace(/\s+/g, ' ').trim();
  return `${processors.length} × ${model === '' ? process.arch : model}`.slice(0, LONGEST);
}
