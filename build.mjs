// Bundles scenarios/*.ts into dist/*.js, one self-contained k6 script each.
//
//   node build.mjs [--watch] [--jslib=remote]
//
// --jslib=remote   use grafana's own summary library, fetched by k6 when the script starts (needs internet)
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, context, transform } from 'esbuild';
import { checkedThresholds } from './check-thresholds.mjs';

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
 * handleSummary, and `load: 'late'` for code that few users need: the module is bundled as text, and lib/k6/late.ts
 * compiles it. Every virtual user runs a bundle's top level and pays for each function there, and k6 keeps the syntax tree
 * of the whole bundle for as long as it runs: such code costs neither this way (docs/decisions/0004-load-once.md). Such a
 * module exports one function.
 */
const loadOnce = {
  name: 'load-once',
  setup(outer) {
    outer.onLoad({ filter: /\.ts$/ }, async ({ path, with: { load } }) => {
      if (load === undefined) return undefined;
      if (!['once', 'late'].includes(load)) throw new Error(`load: '${load}'; allowed: once, late`);
      const { code, externals, names, inputs } = await bundleAsText(path, outer.initialOptions);
      if (names.length !== 1)
        throw new Error(
          `${basename(path)} exports ${names.join(', ')}; a module with load: exports one function`,
        );
      const text = JSON.stringify(code);
      const contents = `
        import { needs, once } from './lib/k6/late.ts';
        needs(${JSON.stringify(externals)});
        export const ${names[0]} = ${load === 'once' ? `once(${text})` : text};`;
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

/**
 * Puts all of a bundle but its imports and exports into a function: k6 keeps what a module has at its top level for every
 * user, function by function and name by name. Line by line, so that the source map of the bundle still holds.
 */
const inFunction = {
  name: 'in-function',
  setup({ initialOptions, onEnd }) {
    const { minifyWhitespace, outdir } = initialOptions;
    Object.assign(initialOptions, { sourcemap: 'inline', minifyWhitespace: false, write: false });
    onEnd(async ({ outputFiles = [] }) => {
      await mkdir(join(root, outdir), { recursive: true });
      const rest = { minifyWhitespace, target: k6Target.target, sourcemap: 'external' };
      await Promise.all(
        outputFiles.map(async ({ path, text }) => {
          // k6 keeps the whole map in memory, of which it reads the lines only.
          const { code, map } = await transform(inOneFunction(text, basename(path)), {
            ...rest,
            sourcesContent: false,
          });
          await writeFile(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
          await writeFile(`${path}.map`, map);
        }),
      );
    });
  },
};

/** A module as esbuild prints it, so wrapped. */
function inOneFunction(text, name) {
  const imports = [];
  const body = text.replace(/^import [^"]*"[^"\n]+";$/gm, (statement) => {
    imports.push(statement.replaceAll('\n', ' '));
    return statement.replace(/[^\n]/g, '');
  });
  const at = body.lastIndexOf('\nexport {\n');
  const list = body.slice(at).match(/^\nexport \{\n([^}]*)\n\};\n/);
  if (list === null) throw new Error(`${name} exports nothing`);
  const names = list[1].split(',').map((name) => name.trim().split(' as '));
  const members = `{ ${names.map(([local, name = local]) => `${name}: ${local}`).join()} }`;
  const rest = body.slice(at + list[0].length);
  return `${imports.join('')}const ${members} = (() => {${body.slice(0, at)}
return ${members}; })(); export {${list[1]}}; ${rest}`;
}

/** How scenarios are bundled, for esbuild. */
export function bundleOptions({ jslib = 'local' } = {}) {
  return {
    ...k6Target,
    entryPoints: readdirSync(join(root, 'scenarios'))
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => join('scenarios', name)),
    outdir: 'dist',
    format: 'esm',
    sourcemap: true, // k6 shows the TypeScript line in stack traces
    alias: { 'k6-jslib-summary': jslib === 'remote' ? REMOTE_JSLIB : './lib/summary/jslib/index.ts' },
    plugins: [newBuild, checkedThresholds(thresholdsHash), buildInfo, loadOnce, inFunction],
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
