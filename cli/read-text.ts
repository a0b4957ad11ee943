/** Text of a file that another program wrote: UTF-8, or UTF-16 as PowerShell writes it, with or without its mark. */
import { readFile } from 'node:fs/promises';

export async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The mark tells it; without one every second byte of JSON or CSV is 0. */
function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if ((first === 0xff && second === 0xfe) || second === 0) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || first === 0) return 'utf-16be';
  return 'utf-8';
}
