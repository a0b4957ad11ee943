// Unit tests of some folders (all by default) in one process: starting one for each file takes longer than the tests.
import { testFiles } from './files.mjs';

const folders = process.argv.slice(2);
for (const file of testFiles(...(folders.length > 0 ? folders : ['lib', 'thresholds', 'cli'])))
  await import(`../${file}`);
