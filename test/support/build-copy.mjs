// Builds a copy of the project by its own build: `node test/support/build-copy.mjs <folder>`. What a wrong file of thresholds/ does
// to a build has tests of its own: here it is not checked.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder] = process.argv.slice(2);
const load = (name) => import(pathToFileURL(join(folder, name)).href);

const { buildBundles, thresholdsHash } = await load('build.mjs');
const { rememberChecked, stateOf } = await load('check-thresholds.mjs');
rememberChecked(stateOf(thresholdsHash));
await buildBundles();
