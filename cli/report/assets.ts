/** The style and the script of an HTML report, with their hashes for its content security policy. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PageAssets } from '../../lib/report/html-report.ts';
import { projectFolder } from '../scenario/project.ts';

/** @throws Error where the installation is not complete */
export async function pageAssets(): Promise<PageAssets> {
  const uPlot = dirname(createRequire(import.meta.url).resolve('uplot'));
  const own = join(projectFolder, 'lib/report/browser');
  const [uPlotStyles, ownStyles, uPlotScript, ownScript] = await Promise.all(
    [
      join(uPlot, 'uPlot.min.css'),
      join(own, 'page.css'),
      join(uPlot, 'uPlot.iife.min.js'),
      join(own, 'charts.js'),
    ].map((path) => readFile(path, 'utf8')),
  );
  const styles = `${uPlotStyles}\n${ownStyles}`;
  const script = `${uPlotScript}\n${ownScript}`;
  return { styles, script, stylesHash: hash(styles), scriptHash: hash(script) };
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
