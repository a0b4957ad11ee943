/** `overhead --profile http://…` on a Go service: the function that works is named, and no fault costs the verdict. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { test } from 'node:test';
import { goOrigins, parsePprof } from '../lib/profile/pprof.ts';
import { pprofProblem } from '../cli/profile/take-pprof.ts';
import { startGoService, withoutGo } from './support/go-service.ts';
import { parseRunResult } from '../lib/result/run-result.ts';
import { measured, undisturbed } from './support/measured.ts';
import { copyProject } from './support/project.ts';
import { REFUSED_ADDRESS, serve } from './support/servers.ts';

/** Small: 200 requests of an arm in a block, and two seconds of profile. */
const local = `
import type { Environment } from './types.ts';
import { guideApi } from './guide-api.ts';
import { switching } from './switching.ts';
export const local: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'none' },
  api: guideApi,
  switching,
  overhead: { perSecond: 200, seconds: 1, settleSeconds: 0.2, warmUpSeconds: 0.5, blocks: 5, leastSeconds: 5 },
  profile: { seconds: 2, rampSeconds: 0.5 },
};`;

if (withoutGo !== false) test('a Go service', { skip: withoutGo });
else
  measured('a Go service: where its processor time goes, by package and function', async () => {
    const project = await copyProject({ 'thresholds/local.ts': local });
    const BASE_URL = await startGoService();
    const folder = join(project.folder, 'reports');
    const args = ['overhead', '--env', 'local', '--profile', `${BASE_URL}/debug/pprof/profile`];
    const ended = await undisturbed(() => project.cli(args, { env: { BASE_URL, REPORT_DIR: folder } }));
    const files = (await readdir(folder)).sort();
    const fileOf = (ending: string) => join(folder, files.find((name) => name.endsWith(ending)) ?? ending);
    const { profile, notes, overhead } = parseRunResult(await readFile(fileOf('.json'), 'utf8'), 'result');
    assert.ok(profile, notes.join('\n'));
    assert.equal(ended.code, overhead?.verdict.exitCode, ended.stderr);
    const [first] = profile.functions;
    assert.equal(first?.name, 'main.recordTraces', JSON.stringify(profile.functions.slice(0, 3)));
    assert.equal(first.package, 'the application');
    assert.equal(first.file, 'main.go');
    assert.ok(first.charged.treatmentUs > 300 && first.charged.treatmentUs < 20_000, JSON.stringify(first));
    assert.equal(first.charged.baselineUs, 0);
    assert.ok(profile.packages.some(({ kind }) => kind === 'node'));
    for (const report of [ended.stdout, await readFile(fileOf('.txt'), 'utf8')])
      assert.match(report, /CPU profile\n.*by pprof: a look/s);
    const raw = parsePprof(gunzipSync(await readFile(fileOf('-treatment.pb.gz'))));
    assert.ok(raw.samples > 10 && Math.abs(raw.seconds - 2) < 1, JSON.stringify(raw.seconds));
    const origins = goOrigins([raw.profile]);
    const paths = raw.profile.nodes.map(({ callFrame }) => origins(callFrame).file);
    assert.ok(
      paths.every((path) => !path.startsWith('/')),
      'no path of this machine',
    );
  });

test('what is no profile is named in one line', async () => {
  const server = await serve(({ path }) =>
    path.startsWith('/text') ? { body: 'a page' } : path.startsWith('/hang') ? 'hang' : { status: 404 },
  );
  for (const [address, line] of [
    [`${REFUSED_ADDRESS}/debug/pprof/profile`, /nothing answers there$/],
    [`${server.baseUrl}/none`, /answered 404; expected a CPU profile$/],
    [`${server.baseUrl}/text`, /no CPU profile: /],
    [`${server.baseUrl}/hang`, /no answer within 1 s and 100 ms$/],
  ] as const)
    assert.match((await pprofProblem(address, 100)) ?? '', line);
});
