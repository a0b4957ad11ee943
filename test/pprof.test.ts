/** `overhead --profile http://…` on a Go service: the function that works is named, and no fault costs the verdict. */
import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { after, test } from 'node:test';
import { addProfile } from '../cli/profile/add-profile.ts';
import { overheadConfig } from '../lib/config/overhead-config.ts';
import { profileSettings } from '../lib/config/profile-config.ts';
import { goOrigins, parsePprof } from '../lib/profile/pprof.ts';
import { pprofProblem } from '../cli/profile/take-pprof.ts';
import { startGoService, withoutGo } from './support/go-service.ts';
import { parseRunResult } from '../lib/result/run-result.ts';
import { experimentResult } from './support/results.ts';
import { refusedAddress, serve } from './support/servers.ts';

test(
  'a Go service: where its processor time goes, by package and function',
  { skip: withoutGo },
  async () => {
    const service = await startGoService();
    const pprof = `${service}/debug/pprof/profile`;
    const folder = await mkdtemp(join(tmpdir(), 'pprof-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, 'overhead.json');
    const result = { ...experimentResult(5, 5, 1), profile: null };
    await writeFile(path, JSON.stringify(result));
    await writeFile(join(folder, 'overhead.txt'), 'The report.\n');
    const env = { TEST_ENV: 'local', BASE_URL: service, AUTH_TOKEN: 'a-token' };
    const config = overheadConfig(env);
    const [baseline, treatment] = config.plan.arms;
    assert.ok(baseline && treatment);
    await addProfile(
      { code: 99, found: { ok: true, result, path } },
      {
        settings: { ...profileSettings(env, pprof), seconds: 2, rampSeconds: 0.5 },
        config,
        env,
        variables: env,
        perSecond: 100,
        arms: { flag: null, baseline: baseline.flags, treatment: treatment.flags },
      },
    );
    const { profile, notes, overhead } = parseRunResult(await readFile(path, 'utf8'), path);
    const report = await readFile(join(folder, 'overhead.txt'), 'utf8');
    assert.ok(profile, notes.join('\n'));
    assert.deepEqual(overhead, result.overhead);
    const [first] = profile.functions;
    assert.equal(first?.name, 'main.recordTraces', JSON.stringify(profile.functions.slice(0, 3)));
    assert.equal(first.package, 'the application');
    assert.equal(first.file, 'main.go');
    assert.ok(first.charged.treatmentUs > 300 && first.charged.treatmentUs < 20_000, JSON.stringify(first));
    assert.equal(first.charged.baselineUs, 0);
    assert.ok(profile.packages.some(({ kind }) => kind === 'node'));
    assert.match(report, /CPU profile\n.*by pprof: a look/s);
    const files = (await readdir(folder)).filter((name) => name.endsWith('.pb.gz')).sort();
    assert.deepEqual(
      files.map((name) => name.replace(/^.*-/, '')),
      ['baseline.pb.gz', 'treatment.pb.gz'],
    );
    const raw = parsePprof(gunzipSync(await readFile(join(folder, files[1] ?? ''))));
    assert.ok(raw.samples > 10 && Math.abs(raw.seconds - 2) < 1, JSON.stringify(raw.seconds));
    const origins = goOrigins([raw.profile]);
    const paths = raw.profile.nodes.map(({ callFrame }) => origins(callFrame).file);
    assert.ok(
      paths.every((path) => !path.startsWith('/')),
      'no path of this machine',
    );
  },
);

test('what is no profile is named in one line', async () => {
  const server = await serve(({ path }) =>
    path.startsWith('/text') ? { body: 'a page' } : path.startsWith('/hang') ? 'hang' : { status: 404 },
  );
  const closed = await refusedAddress();
  for (const [address, line] of [
    [`${closed}/debug/pprof/profile`, /nothing answers there$/],
    [`${server.baseUrl}/none`, /answered 404; expected a CPU profile$/],
    [`${server.baseUrl}/text`, /no CPU profile: /],
    [`${server.baseUrl}/hang`, /no answer within 1 s and 100 ms$/],
  ] as const)
    assert.match((await pprofProblem(address, 100)) ?? '', line);
});
