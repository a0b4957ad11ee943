import type { BuildOptions } from 'esbuild';

/** What a bundle is made with; `remote` takes grafana's own summary library over the network. */
export interface BuildSettings {
  jslib?: 'local' | 'remote';
}

/** How scenarios are bundled, for esbuild. */
export function bundleOptions(settings?: BuildSettings): BuildOptions;

/** Builds every bundle into dist/; rejects with an error that names the first thing that is wrong. */
export function buildBundles(settings?: BuildSettings): Promise<{ bundles: string[]; ms: number }>;

/** One bundle as text, which holds one environment alone and names no source map; rejects as `buildBundles` does. */
export function bundleFor(scenario: string, environment: string): Promise<string>;

/** First eight digits of the SHA-256 of `thresholds/`. */
export function thresholdsHash(folder?: string): string;
