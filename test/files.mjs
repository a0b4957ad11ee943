// Finds test files by name: Node 20's own runner takes no globs and finds no TypeScript.
import { readdirSync } from 'node:fs';

/** All `*.test.ts` files below `folders`, sorted, without node_modules. */
export function testFiles(...folders) {
  return folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .map((name) => `${folder}/${name}`)
        .filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules')),
    )
    .sort();
}
