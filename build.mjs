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

/** What all of these modules share, as a module of its own. */
const instantiation = `
  export const required = {};

  export function instantiate(code) {
    const module = { exports: {} };
    // Through a prototype, because copying a module's properties would call getters that may not be called yet. esbuild,
    // in a package of modules, takes what require gives for the default export; k6/secrets has one inside.
    const requireK6 = (name) => {
      const found = (required[name] ??= globalThis.require(name));
      return Object.create(found.__esModule ? found.default : found);
    };
    new Function('module', 'exports', 'require', code)(module, module.exports, requireK6);
    return module.exports;
  }`;

/**
 * `import { f } from './x.ts' with { load: 'once' }`: bundles x.ts as text, which is compiled at the first call of one of
 * its exports. Every virtual user runs a bundle's top level and pays for each function there, and k6 keeps the syntax tree
 * of the whole bundle for as long as it runs: code that only init, setup, teardown and handleSummary need costs neither
 * this way (docs/bench.md has the figures). Exports of such a module must be functions.
 *
 * k6 allows `require` at init only, so the user that setup, teardown and handleSummary run in (__VU is 0) requires k6's
 * modules right away; other users may call such a module at init only.
 */
const loadOnce = {
  name: 'load-once',
  setup(outer) {
    outer.onResolve({ filter: /^load-once$/ }, ({ path }) => ({ path, namespace: 'load-once' }));
    outer.onLoad({ filter: /./, namespace: 'load-once' }, () => ({ contents: instantiation }));
    outer.onLoad({ filter: /\.ts$/ }, async ({ path, with: attributes }) => {
      if (attributes.load !== 'once') return undefined;
      const { outputFiles, metafile } = await build({
        ...k6Target,
        alias: outer.initialOptions.alias ?? {},
        plugins: [buildInfo, loadPlain],
        entryPoints: [path],
        format: 'cjs',
        minifyIdentifiers: true,
        write: false,
        metafile: true,
      });
      const [output] = Object.values(metafile.outputs);
      const externals = [...new Set(output.imports.filter((i) => i.external).map((i) => i.path))];
      const names = await exportNames(path, outer.initialOptions);
      const contents = [
        "import { instantiate, required } from 'load-once';",
        // Not the bare name, for which esbuild would add a helper to every bundle.
        `if (__VU === 0) for (const name of ${JSON.stringify(externals)}) required[name] = globalThis.require(name);`,
        `const code = ${JSON.stringify(outputFiles[0].text)};`,
        'let exported;',
        ...names.map(
          (name) =>
            `export function ${name}(...args) { return (exported ??= instantiate(code)).${name}(...args); }`,
        ),
      ].join('\n');
      const watchFiles = Object.keys(metafile.inputs).map((file) => join(root, file));
      return { contents, loader: 'js', watchFiles, resolveDir: root };
    });
  },
};

/** Inside such a module everything is created once already. */
const loadPlain = {
  name: 'load-plain',
  setup({ onLoad }) {
    onLoad({ filter: /\.ts$/ }, ({ path, with: attributes }) =>
      attributes.load === 'once' ? { contents: readFileSync(path, 'utf8'), loader: 'ts' } : undefined,
    );
  },
};

/** The names a module exports, from esbuild's own metafile of an ESM build. */
async function exportNames(path, options) {
  const { metafile } = await build({
    ...k6Target,
    alias: options.alias ?? {},
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

/** Fills lib/config/build-info.ts in. */
const buildInfo = {
  name: 'build-info',
  setup({ onLoad }) {
    onLoad({ filter: /config\/build-info\.ts$/ }, () => ({
      contents: `export const buildInfo = ${JSON.stringify({ thresholds: thresholdsHash(), commit: gitCommit() })};`,
      watchDirs: [join(root, 'thresholds')],
    }));
  },
};

function options({ jslib = 'local' } = {}) {
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
    plugins: [buildInfo, loadOnce],
  };
}

/** Builds every bundle into dist/. Rejects on the first error, which esbuild has printed. Takes under a second. */
export async function buildBundles(settings) {
  const start = performance.now();
  const { entryPoints, ...rest } = options(settings);
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
    const watcher = await context(options({ jslib }));
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
