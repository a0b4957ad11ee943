/**
 * Code that is text until it is called: what the build makes of an import `with { load: … }`. Every virtual user runs a
 * bundle's top level and holds each function there, so what only some users need is compiled in those alone
 * (docs/decisions/0004-load-once.md).
 */

type AnyFunction = (...args: never[]) => unknown;

/** What k6 gives to every script; for `require` as a bare name esbuild would add a helper to every bundle. */
const k6 = globalThis as unknown as { require: (name: string) => object };

/** The modules of k6 that such code imports, by name, in users whose `__VU` is 0. */
const modules: Partial<Record<string, object>> | undefined = __VU === 0 ? {} : undefined;

/**
 * Called at the top level by what the build writes in the place of such a module. k6 allows `require` at init only, and of
 * modules that its first user has required: users whose `__VU` is 0 do so right away.
 */
export function needs(names: readonly string[]): void {
  if (modules === undefined) return;
  for (const name of names) modules[name] = k6.require(name);
}

/**
 * The function that was imported `with { load: 'late' }`, compiled at this call; inside code that is compiled late itself it
 * is a function already. Users whose `__VU` is above 0 call a module that imports one of k6's at init only.
 */
export function late<F extends AnyFunction>(imported: F): F {
  const text = imported as string | F;
  if (typeof text !== 'string') return text;
  const requireK6 = (name: string): object => {
    const found = modules?.[name] ?? k6.require(name);
    // Through a prototype, because copying a module's properties would call getters that may not be called yet.
    // esbuild, in a package of modules, takes what require gives for the default export; k6/secrets has one inside.
    return Object.create(
      '__esModule' in found && 'default' in found ? (found.default as object) : found,
    ) as object;
  };
  const module = { exports: {} as Record<string, unknown> };
  // Text of this bundle.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function('module', 'exports', 'require', text)(module, module.exports, requireK6);
  return Object.values(module.exports)[0] as F;
}

/**
 * The function of a module that was imported `with { load: 'once' }`, for users whose `__VU` is 0: those run init for all,
 * setup, teardown and handleSummary. The others see `undefined`.
 */
export function once<F extends AnyFunction>(text: F): F | undefined {
  if (__VU !== 0) return undefined;
  let compiled: F | undefined;
  return ((...args) => (compiled ??= late(text))(...args)) as F;
}
