import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Seconds } from '../../thresholds/types.ts';

/** What a process has used up to a moment. */
export interface Usage {
  /** Processor time in user and kernel mode, over all threads, since the process started. */
  cpuSeconds: Seconds;
  /** Memory in use now (resident set), in bytes. */
  residentBytes: number;
}

/** Linux gives processor times in ticks of 1/100 s on every architecture that Node runs on (`USER_HZ`). */
const ticksPerSecond = 100;

/**
 * Reads what process `pid` has used: from /proc on Linux, with a resolution of 10 ms, from `ps` on macOS.
 * `undefined` if there is no such process, or on another operating system.
 */
export async function readUsage(pid: number): Promise<Usage | undefined> {
  try {
    if (process.platform === 'linux') {
      const [stat, status] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8'),
        readFile(`/proc/${pid}/status`, 'utf8'),
      ]);
      return parseProc(stat, status);
    }
    if (process.platform === 'darwin') {
      const { stdout } = await promisify(execFile)('ps', ['-o', 'time=,rss=', '-p', String(pid)]);
      return parsePs(stdout);
    }
  } catch {
    // The process has ended: there is nothing left to read.
  }
  return undefined;
}

/** Usage from the texts of /proc/<pid>/stat and /proc/<pid>/status; see proc(5). */
export function parseProc(stat: string, status: string): Usage | undefined {
  // The second field is the program's name in brackets, which may itself hold blanks and brackets.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // utime and stime are fields 14 and 15; `fields` starts at field 3.
  const ticks = Number(fields[11]) + Number(fields[12]);
  // A process that has ended, but was not waited for, has no such line.
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  if (!Number.isFinite(ticks) || kibibytes === undefined) return undefined;
  return { cpuSeconds: ticks / ticksPerSecond, residentBytes: Number(kibibytes) * 1024 };
}

/** Usage from `ps -o time=,rss=`: `[[days-]hours:]minutes:seconds` and KiB. */
export function parsePs(output: string): Usage | undefined {
  const match = /^\s*(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+(?:\.\d+)?)\s+(\d+)\s*$/.exec(output);
  if (match === null) return undefined;
  const [days = 0, hours = 0, minutes = 0, seconds = 0, kibibytes = 0] = [...match]
    .slice(1)
    .map((part: string | undefined) => Number(part ?? 0));
  return { cpuSeconds: ((days * 24 + hours) * 60 + minutes) * 60 + seconds, residentBytes: kibibytes * 1024 };
}
