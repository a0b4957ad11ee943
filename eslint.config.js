// Type-checked lint, and the import rules of the house:
//   scenarios → lib/k6 → the rest of lib → thresholds;   cli → lib, never lib/k6;   target imports none of them.
// Within lib/ a room imports only those before it in `rooms`. Tests may import what they need.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** The rooms of lib/ from the ground up. */
const rooms = [
  'statistics',
  'format',
  'config',
  'metrics',
  'gates',
  'load',
  'api',
  'monitor',
  'experiment',
  'result',
  'advice',
  'summary',
  'compare',
  'history',
  'profile',
  'report',
  'prometheus',
  'k6',
];

/** Forbids imports whose specifier matches one of `group`, and says why. */
const forbid = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

const k6 = { regex: '^k6($|/)', message: 'Only lib/k6/ imports k6: everything else also runs in Node.' };
const node = { regex: '^node:', message: 'This code runs inside k6, which has no Node modules.' };
const libK6 = {
  regex: '/lib/k6/',
  message: 'lib/k6/ runs inside k6 only; import the pure room instead.',
};
/** The rooms that one may not import. */
const laterRooms = (room) => {
  const place = rooms.indexOf(room);
  const before = rooms.slice(0, place).join(', ');
  return {
    regex: `^(\\.\\./)+(${rooms.slice(place + 1).join('|')})/`,
    message: `lib/${room}/ imports only the rooms before it: ${before === '' ? 'none' : before}.`,
  };
};
const scenarios = {
  regex: '/scenarios/',
  message: 'Scenarios are entry points; nothing imports them.',
};
const cli = { regex: '/cli/', message: 'Imports point one way: cli → lib.' };
const target = { regex: '/target/', message: 'target/ is a program of its own.' };
const lib = { regex: '/lib/', message: 'Imports point one way: lib → thresholds.' };
const libButSchema = {
  regex: '/lib/(?!config/schema/)',
  message: 'Types of settings are what lib/config/schema/ allows.',
};
const thresholds = { regex: '/thresholds/', message: 'target/ imports nothing of the suite.' };

const tests = ['**/*.test.ts', 'test/**'];

export default tseslint.config(
  {
    ignores: [
      'dist/',
      '.cache/',
      'node_modules/',
      'reports/',
      'test/fixtures/',
      // Node-RED's, in its own words; environments are checked where they are used, by the build.
      'examples/node-red/settings.js',
      'examples/*/thresholds/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        __ENV: 'readonly',
        setTimeout: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Numbers in messages are what the messages are for.
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      // A type that is read off a field has a name in messages.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // node:test's describe/it return promises that the runner awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', name: ['test', 'it', 'describe', 'suite'], package: 'node:test' },
          ],
        },
      ],
    },
  },
  { files: ['scenarios/**'], rules: forbid(k6, node, cli, target) },
  ...rooms.map((room) => ({
    files: [`lib/${room}/**`],
    ignores: tests,
    rules:
      room === 'k6'
        ? forbid(node, scenarios, cli, target)
        : forbid(k6, node, laterRooms(room), scenarios, cli, target),
  })),
  { files: ['thresholds/**'], ignores: tests, rules: forbid(k6, node, lib, scenarios, cli, target) },
  { files: ['thresholds/types.ts'], rules: forbid(k6, node, libButSchema, scenarios, cli, target) },
  { files: ['cli/**'], ignores: tests, rules: forbid(k6, libK6, scenarios, target) },
  { files: ['target/**'], rules: forbid(k6, lib, thresholds, scenarios, cli) },
);
