// `npm run check`: types, lint and unit tests side by side, for use while one works.
import { spawn } from 'node:child_process';

const bin = (name) => `node_modules/.bin/${name}`;

const unit = (...folders) => [
  process.execPath,
  '--import',
  'tsx',
  '--test-reporter=spec',
  'test/unit.mjs',
  ...folders,
];

export const checks = {
  types: [bin('tsc'), '-p', '.'],
  lint: [bin('eslint'), '--cache', '--cache-location', '.cache/eslint/', '.'],
  'unit tests of lib': unit('lib', 'thresholds'),
  'unit tests of cli': unit('cli'),
};

/** Runs one command; its output is shown when it ends, so that parallel commands do not mix. */
export function run(name, [command, ...args]) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const output = [];
    child.stdout.on('data', (chunk) => output.push(chunk));
    child.stderr.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(Buffer.concat(output));
      console.log(`${code === 0 ? 'ok' : 'FAILED'}  ${name}  ${seconds} s`);
      resolve(code === 0);
    });
  });
}

if (process.argv[1] === import.meta.filename) {
  const results = await Promise.all(Object.entries(checks).map(([name, command]) => run(name, command)));
  process.exitCode = results.every(Boolean) ? 0 : 1;
}
