import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generatorWarnings } from './generator.ts';

const machine = { cpus: 4, memoryBytes: 8e9 };
const healthy = { meanCpus: 1, peakCpus: 4, peakResidentBytes: 1e8, droppedIterations: 0 };

test('a healthy generator is told nothing, nor one that could not be watched', () => {
  assert.deepEqual(generatorWarnings(healthy, machine), []);
  const unseen = { meanCpus: null, peakCpus: null, peakResidentBytes: null, droppedIterations: 0 };
  assert.deepEqual(generatorWarnings(unseen, machine), []);
});

test('each thing that makes the numbers doubtful is one line', () => {
  const tired = { meanCpus: 3.7, peakCpus: 4, peakResidentBytes: 7.5e9, droppedIterations: 12 };
  const lines = generatorWarnings(tired, machine);
  assert.match(lines[0] ?? '', /^k6 kept 3\.7 of 4 processors busy/);
  assert.match(lines[1] ?? '', /^k6 held 7500 of 8000 MB/);
  assert.match(lines[2] ?? '', /^k6 dropped 12 iterations/);
});
