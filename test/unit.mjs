// Unit tests of the folders that are named, or of all, in one process: starting one for each file takes longer than the tests.
import { readdirSync } from 'node:fs';

const folders = process.argv.length > 2 ? process.argv.slice(2) : ['lib', 'thresholds', 'cli'];
for (const folder of folders) {
  for (const name of readdirSync(folder, { recursive: true }).sort())
    if (name.endsWith('.test.ts')) await import(`../${folder}/${name}`);
}
