/** All `*.test.ts` files below `folders`, sorted, without node_modules. */
export function testFiles(...folders: string[]): string[];
export const MEASURING: string[];
export const SATURATING: string[];
