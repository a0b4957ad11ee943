// What `npm test` runs beside the files that measure: types, lint, formatting, and all tests that judge no times. Sends what
// became of them: the names of the checks that failed, and the counts of each file.
import { constants, setPriority } from 'node:os';
import { checks, run } from './check.mjs';
import { MEASURING, SATURATING, testFiles } from './files.mjs';
import { runFiles } from './runner.mjs';

// Everything that this process starts has it as well.
setPriority(constants.priority.PRIORITY_LOW);

const statics = {
  types: checks.types,
  lint: checks.lint,
  format: ['node_modules/.bin/prettier', '--check', '--log-level', 'warn', '.'],
};
const results = await Promise.all(
  Object.entries(statics).map(async ([name, command]) => [name, await run(name, command)]),
);
const others = testFiles('test', 'target').filter((file) => ![...MEASURING, ...SATURATING].includes(file));
const counts = await runFiles(['test/unit.mjs', ...others], 2);
process.send({
  statics: results.filter(([, passed]) => !passed).map(([name]) => name),
  files: [...counts],
});
