/** A real Chromium for tests of pages: found on PATH, else installed from Debian's packages where that is possible. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Headless, and silent: it asks nobody on the network for anything. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export type FoundBrowser = { path: string } | { path: null; reason: string };

/** The path of a Chromium, or why there is none. Installing takes a minute. */
export function findBrowser(): FoundBrowser {
  const path = onPath() ?? (install() ? onPath() : undefined);
  if (path !== undefined) return { path };
  return {
    path: null,
    reason: `no Chromium: none of ${NAMES.join(', ')} is on PATH, and apt-get could not install it`,
  };
}

export function launch(path: string): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: FLAGS });
}

function onPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian's package, as root. */
function install(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: 'ignore',
      timeout: 300_000,
    }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', 'chromium');
}
