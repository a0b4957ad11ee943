// Bundles scenarios/*.ts into dist/*.js, one self-contained k6 script each.
//
//   node build.mjs [--watch] [--jslib=remote]
//
// --jslib=remote   use grafana's own summary library, fetched by k6 when the script starts (needs internet)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build, context } from 'esbuild';
import { checkedThresholds, importTypeScript } from './check-thresholds.mjs';
import { withoutColumns } from './source-lines.mjs';

const root = import.meta.dirname;
const REMOTE_JSLIB = 'https://jslib.k6.io/k6-summary/0.1.0/index.js';

/** What k6's JavaScript runtime understands, and what k6 itself provides at run time. */
const k6Target = {
  bundle: true,
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  supported: { 'async-generator': false, 'for-await': false },
  external: ['k6', 'k6/*', 'https://*'],
  minifySyntax: true,
  logLevel: 'warning',
  absWorkingDir: root,
};

/** k6's own `require`. What it gives is taken for the default export here, and k6/secrets has one inside. */
const K6_REQUIRE = `(name) => { const found = globalThis.require(name); return found.default ?? found; }`;

/**
 * `import f from './x.ts' with { load: 'deferred' }` is for code that few virtual users need: the module and what it imports
 * become the body of a function, which runs when `f`, the module's default export, is called. Every user runs a bundle's top
 * level and pays for each function that it makes there (docs/decisions/0004-deferred-modules.md).
 */
const deferredModules = {
  name: 'deferred-modules',
  setup({ onLoad, initialOptions: { alias, plugins } }) {
    onLoad({ filter: /\.ts$/ }, async ({ path, with: { load } }) => {
      if (load === undefined) return undefined;
      if (load !== 'deferred') return { errors: [{ text: `load: '${load}'; expected 'deferred'` }] };
      const { outputFiles, metafile } = await build({
        ...k6Target,
        alias,
        plugins: plugins.filter(({ name }) => !ONCE_A_BUILD.includes(name)),
        entryPoints: [path],
        format: 'cjs',
        banner: {
          js: `export default (...args) => { const require = ${K6_REQUIRE}, module = { exports: {} };`,
        },
        footer: { js: 'return module.exports.default(...args); };' },
        sourcemap: 'inline',
        outdir: dirname(path), // which the paths of its sources are relative to
        write: false,
        metafile: true,
      });
      const watchFiles = Object.keys(metafile.inputs).map((file) => join(root, file));
      return { contents: outputFiles[0].text, loader: 'js', watchFiles };
    });
  },
};

/**
 * Leaves out the code that times more than whole answers where no environment asks for it: its 9 KB, which no user would
 * call, take 1 MB of memory at 100 users.
 */
const timedAnswers = {
  name: 'timed-answers',
  setup({ onLoad }) {
    onLoad({ filter: /lib\/k6\/timed-answer\.ts$/ }, async () => {
      const { environments } = await importTypeScript('thresholds/environments.ts');
      const { api } = await importTypeScript('thresholds/api.ts');
      const apis = [api, ...Object.values(environments).map((environment) => environment.api ?? {})];
      if (apis.some(({ completion, latency }) => completion !== undefined || latency === 'firstByte'))
        return undefined;
      return {
        contents: 'export default undefined;',
        watchDirs: [join(root, 'thresholds')],
      };
    });
  },
};

/** The build has checked thresholds/: a run checks what variables say. */
const checkedBefore = {
  name: 'checked-before',
  setup({ onLoad }) {
    onLoad({ filter: /lib\/config\/checked-files\.ts$/ }, () => ({
      contents: 'export const checkedFile = (_what, value) => value;',
    }));
  },
};

const isSource = (name) => name.endsWith('.ts') && !name.endsWith('.test.ts');

/** Identifies the numbers a bundle was built from: a stale bundle shows in the first line of its report. */
export function thresholdsHash(folder = join(root, 'thresholds')) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (isSource(name)) hash.update(name).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex').slice(0, 8);
}

/** Identifies all that the bundles are built from. */
function sourcesHash() {
  const hash = createHash('sha256');
  for (const folder of ['lib', 'scenarios', 'thresholds']) hash.update(thresholdsHash(join(root, folder)));
  return hash.digest('hex').slice(0, 8);
}

function gitCommit() {
  if (!existsSync(join(root, '.git'))) return null;
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return null; // no git here, or a repository without a commit
  }
}

/** What the bundles of this build are built from, found out once for all of them. */
let builtFrom;

/** Fills lib/config/build-info.ts in. */
const buildInfo = {
  name: 'build-info',
  setup({ onLoad }) {
    onLoad({ filter: /config\/build-info\.ts$/ }, () => {
      builtFrom ??= { thresholds: thresholdsHash(), build: sourcesHash(), commit: gitCommit() };
      return {
        contents: `export const buildInfo = ${JSON.stringify(builtFrom)};`,
        watchDirs: [join(root, 'thresholds')],
      };
    });
  },
};

/** Each build, also one of a watch, finds it out anew. */
const newBuild = {
  name: 'new-build',
  setup({ onStart }) {
    onStart(() => {
      builtFrom = undefined;
    });
  },
};

/** Plugins that the bundles of deferred modules do without: they are a part of a build. */
const ONCE_A_BUILD = ['new-build', 'thresholds', 'lines-only'];

/** Puts one environment into a bundle, and nothing of the others: a header's value may stand in them. */
const onlyEnvironment = (name) => ({
  name: 'only-environment',
  setup({ onLoad }) {
    onLoad({ filter: /thresholds\/environments\.ts$/ }, async () => {
      const { environments } = await importTypeScript('thresholds/environments.ts');
      return { contents: `export const environments = ${JSON.stringify({ [name]: environments[name] })};` };
    });
  },
});

/** A stack trace needs lines only: k6 keeps the whole source map in memory, and columns are four fifths of it. */
const linesOnly = {
  name: 'lines-only',
  setup({ onEnd }) {
    onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles.filter(({ path }) => path.endsWith('.map')))
        file.contents = Buffer.from(withoutColumns(file.text));
    });
  },
};

/** How scenarios are bundled, for esbuild. */
export function bundleOptions({ jslib = 'local' } = {}) {
  return {
    ...k6Target,
    entryPoints: readdirSync(join(root, 'scenarios'))
      .filter(isSource)
      .map((name) => join('scenarios', name)),
    outdir: 'dist',
    format: 'esm',
    sourcemap: true, // k6 shows the TypeScript line in stack traces
    sourcesContent: false, // which k6 would keep in memory
    alias: { 'k6-jslib-summary': jslib === 'remote' ? REMOTE_JSLIB : './lib/summary/jslib/index.ts' },
    plugins: [
      newBuild,
      checkedThresholds(thresholdsHash),
      buildInfo,
      checkedBefore,
      timedAnswers,
      deferredModules,
      linesOnly,
    ],
  };
}

/**
 * Builds every bundle into dist/, unless it holds what was built from the same. Rejects with an error that names the first
 * thing that is wrong. Takes one or two seconds.
 */
export async function buildBundles(settings = {}) {
  const start = performance.now();
  const { entryPoints, ...rest } = bundleOptions(settings);
  const bundles = entryPoints.map((path) => basename(path, '.ts'));
  const from = inputsHash(settings);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== from + outputsHash(bundles))
    await buildAnew(entryPoints, rest, () => from + outputsHash(bundles));
  return { bundles, ms: performance.now() - start };
}

/** Says of dist/ what it was built from, and what came out. */
const stamp = join(root, 'dist/built-from');

/** Identifies all that a build depends on. */
function inputsHash({ jslib = 'local' }) {
  const hash = createHash('sha256').update(`${sourcesHash()} ${gitCommit()} ${jslib}`);
  for (const name of readdirSync(root).filter((file) => /\.(mjs|json)$/.test(file)))
    hash.update(readFileSync(join(root, name)));
  return hash.digest('hex');
}

function outputsHash(bundles) {
  const hash = createHash('sha256');
  for (const name of bundles.flatMap((bundle) => [`${bundle}.js`, `${bundle}.js.map`])) {
    const path = join(root, 'dist', name);
    hash.update(existsSync(path) ? readFileSync(path) : 'none');
  }
  return hash.digest('hex');
}

async function buildAnew(entryPoints, options, stampText) {
  const { outputFiles } = await build({ entryPoints, ...options, write: false });
  try {
    for (const { path, contents } of outputFiles) writeWhole(path, contents);
    writeWhole(stamp, Buffer.from(stampText()));
  } catch (error) {
    // dist/ may belong to another user or be read-only: a build of the same sources is as good.
    if (!outputFiles.every(isUpToDate))
      throw new Error(`dist/ cannot be written: ${error.message}`, { cause: error });
  }
}

/** Renamed into place: a k6 that starts meanwhile reads the old bundle or the new one. */
function writeWhole(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  const part = `${path}.${process.pid}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(part, contents);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Whether the file that is there was built from the same sources; a source map goes with its bundle. */
function isUpToDate({ path }) {
  return existsSync(path) && (path.endsWith('.map') || readFileSync(path, 'utf8').includes(builtFrom.build));
}

/** One bundle as text, which holds one environment alone and names no source map. Rejects as `buildBundles` does. */
export async function bundleFor(scenario, environment) {
  const { plugins, ...rest } = bundleOptions();
  const { outputFiles } = await build({
    ...rest,
    entryPoints: [join('scenarios', `${scenario}.ts`)],
    plugins: [onlyEnvironment(environment), ...plugins],
    sourcemap: false,
    write: false,
  });
  return outputFiles[0].text;
}

if (process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2);
  const unknown = args.find((arg) => !['--watch', '--jslib=remote', '--jslib=local'].includes(arg));
  if (unknown !== undefined) {
    console.error(`build: unknown option ${unknown}; allowed: --watch, --jslib=local, --jslib=remote`);
    process.exit(2);
  }
  const jslib = args.includes('--jslib=remote') ? 'remote' : 'local';
  if (args.includes('--watch')) {
    const watcher = await context(bundleOptions({ jslib }));
    await watcher.watch();
    console.log('dist/ is rebuilt on every change; Ctrl+C ends it');
  } else {
    try {
      const { bundles, ms } = await buildBundles({ jslib });
      console.log(`dist/: ${bundles.join(', ')} (${ms.toFixed(0)} ms)`);
    } catch (error) {
      // esbuild has printed what it found.
      if (error.errors === undefined) console.error(`build: ${error.message}`);
      process.exit(1);
    }
  }
}
