// A Redis server of its own where one is on PATH: no npm package carries one.
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Own } from '../process/child.ts';
import { spawnOwned } from '../process/owned.ts';

const programs = ['redis-server', 'valkey-server'];

/** Starts the first of `programs` that is on PATH, on a socket in `folder`; undefined where there is none. */
export async function startRedis(folder: string, own: Own): Promise<string | undefined> {
  const program = await find();
  if (program === undefined) return undefined;
  const socket = join(folder, 'redis.sock');
  const args = ['--port', '0', '--unixsocket', socket, '--save', '', '--appendonly', 'no', '--dir', folder];
  const server = spawnOwned(own, 'SIGTERM', program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ready = new Promise<string>((resolve) => {
    server.stdout?.on('data', (chunk: Buffer) => {
      if (/ready to accept connections/i.test(chunk.toString())) resolve(socket);
    });
  });
  // A program that does not start is as good as none.
  const ended = new Promise<undefined>((resolve) => {
    server.once('exit', () => {
      resolve(undefined);
    });
  });
  return Promise.race([ready, ended]);
}

async function find(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  for (const path of programs.flatMap((program) => folders.map((folder) => join(folder, program)))) {
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return undefined;
}
