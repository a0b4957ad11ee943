// Bundles scenarios/*.ts into dist/*.js, one self-contained k6 script each.
//
//   node build.mjs [--watch] [--jslib=remote]
//
// --jslib=remote   use grafana's own summary library, fetched by k6 when the script starts (needs internet)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, context } from 'esbuild';

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
  minifyWhitespace: true,
  logLevel: 'warning',
  absWorkingDir: root,
};

/**
 * `import { f } from './x.ts' with { load: 'once' }` is for code that runs once, at init, in setup, in teardown or in
 * handleSummary: the module is bundled as text, which is compiled at the first call of one of its exports. Every virtual
 * user runs a bundle's top level and pays for each function there, and k6 keeps the syntax tree of the whole bundle for as
 * long as it runs: such code costs neither this way (docs/decisions/0004-load-once.md). All of that runs in users whose
 * __VU is 0; the others see `undefined`. With `load: 'late'` every user sees the exports, and compiles them if it calls one.
 *
 * Exports of such a module must be functions. k6 allows `require` at init only, so users whose __VU is 0 require k6's
 * modules right away; others may call a module that imports one at init only.
 */
const loadOnce = {
  name: 'load-once',
  setup(outer) {
    outer.onResolve({ filter: /^load-once$/ }, ({ path }) => ({ path, namespace: 'load-once' }));
    outer.onLoad({ filter: /./, namespace: 'load-once' }, () => ({ contents: instantiation }));
    outer.onLoad({ filter: /\.ts$/ }, async ({ path, with: { load } }) => {
      if (load === undefined) return undefined;
      if (!['once', 'late'].includes(load)) throw new Error(`load: '${load}'; allowed: once, late`);
      const { code, externals, names, inputs } = await bundleAsText(path, outer.initialOptions);
      const contents = [
        "import { lazily } from 'load-once';",
        `const code = ${JSON.stringify(code)};`,
        ...names.map(
          (name) =>
            `export const ${name} = lazily('${name}', code, ${JSON.stringify(externals)}, ${load === 'late'});`,
        ),
      ].join('\n');
      return { contents, loader: 'js', watchFiles: inputs, resolveDir: root };
    });
  },
};

/** A module and what it imports as CommonJS, with the k6 modules that it requires and the names that it exports. */
async function bundleAsText(path, { alias = {} }) {
  const { outputFiles, metafile } = await build({
    ...k6Target,
    alias,
    plugins: [buildInfo, loadPlain],
    entryPoints: [path],
    format: 'cjs',
    minifyIdentifiers: true,
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  return {
    code: outputFiles[0].text,
    externals: [...new Set(output.imports.filter(({ external }) => external).map((module) => module.path))],
    names: await exportNames(path, alias),
    inputs: Object.keys(metafile.inputs).map((file) => join(root, file)),
  };
}

/** What all of these modules share, as a module of its own: one function, because each costs every user memory. */
const instantiation = `
  const required = {};
  const modules = {};

  export function lazily(name, code, externals, late) {
    // Not the bare name, for which esbuild would add a helper to every bundle.
    if (__VU === 0) for (const name of externals) required[name] = globalThis.require(name);
    else if (!late) return undefined;
    return (...args) => {
      if (modules[code] === undefined) {
        const module = { exports: {} };
        // Through a prototype, because copying a module's properties would call getters that may not be called yet.
        // esbuild, in a package of modules, takes what require gives for the default export; k6/secrets has one inside.
        const requireK6 = (name) => {
          const found = (required[name] ??= globalThis.require(name));
          return Object.create(found.__esModule ? found.default : found);
        };
        new Function('module', 'exports', 'require', code)(module, module.exports, requireK6);
        modules[code] = module.exports;
      }
      return modules[code][name](...args);
    };
  }`;

/** Inside such a module everything is compiled late already. */
const loadPlain = {
  name: 'load-plain',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path, with: attributes }) =>
      attributes.load === undefined ? undefined : { contents: readFileSync(path, 'utf8'), loader: 'ts' },
    );
  },
};

/** The names a module exports, from esbuild's own metafile of an ESM build. */
async function exportNames(path, alias) {
  const { metafile } = await build({
    ...k6Target,
    alias,
    plugins: [buildInfo, loadPlain],
    entryPoints: [path],
    format: 'esm',
    write: false,
    metafile: true,
  });
  const [output] = Object.values(metafile.outputs);
  return output.exports;
}

/** Identifies the numbers a bundle was built from: a stale bundle shows in the first line of its report. */
export function thresholdsHash(folder = join(root, 'thresholds')) {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    if (name.endsWith('.ts') && !name.endsWith('.test.ts'))
      hash.update(name).update(readFileSync(join(folder, name)));
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
    onLoad({ filter: /config\/build-info\.ts$/ }, () => ({
      contents: `export const buildInfo = ${JSON.stringify(
        (builtFrom ??= { thresholds: thresholdsHash(), build: sourcesHash(), commit: gitCommit() }),
      )};`,
      watchDirs: [join(root, 'thresholds')],
    }));
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

/** How scenarios are bundled, for esbuild. */
export function bundleOptions({ jslib = 'local' } = {}) {
  return {
    ...k6Target,
    entryPoints: readdirSync(join(root, 'scenarios'))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join('scenarios', name)),
    outdir: 'dist',
    format: 'esm',
    sourcemap: true, // k6 shows the TypeScript line in stack traces …
    sourcesContent: false, // … and keeps the whole map in memory, of which it reads the lines only
    alias: { 'k6-jslib-summary': jslib === 'remote' ? REMOTE_JSLIB : './lib/result/jslib/index.ts' },
    plugins: [newBuild, buildInfo, loadOnce],
  };
}

/** Builds every bundle into dist/. Rejects on the first error, which esbuild has printed. Takes under a second. */
export async function buildBundles(settings) {
  const start = performance.now();
  const { entryPoints, ...rest } = bundleOptions(settings);
  await build({ entryPoints, ...rest });
  return { bundles: entryPoints.map((path) => basename(path, '.ts')), ms: performance.now() - start };
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
    } catch {
      process.exit(1);
    }
  }
}
