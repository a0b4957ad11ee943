/**
 * The CI workflows of deploy/ci/, checked by actionlint, and their shell run on this machine: once with real loads on the
 * reference target, and after that with what those loads left.
 */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { freePort } from '../cli/process/free-port.ts';
import { copyProject, start } from './support/project.ts';
import { serve, type Received } from './support/servers.ts';
import {
  endGroup,
  gitHubJob,
  gitLabJob,
  runGitHubJob,
  runGitLabLines,
  type JobOptions,
} from './support/workflow.ts';

const root = join(import.meta.dirname, '..');
const gitHub = (name: string) => join(root, 'deploy/ci/github', `${name}.yml`);
const gitLab = join(root, 'deploy/ci/gitlab/load-test.gitlab-ci.yml');

const go = await promisify(execFile)('go', ['version']).then(
  () => true,
  () => false,
);

/** A pull request's loads in seconds. */
const ci = `
import { switching } from './switching.ts';
import type { Environment } from './types.ts';
export const ci: Environment = {
  baseUrl: 'http://localhost:1',
  auth: { type: 'token', token: { variable: 'AUTH_TOKEN' } },
  switching,
  monitor: { intervalMs: 500, drainMs: 0 },
  scenarios: {
    smoke: { limits: { errorRate: 0.01 } },
    heavy: { limits: { p95Ms: 5_000 }, load: { thinkTimeSeconds: 0.2, stages: [{ duration: '1s', target: 5 }, { duration: '2s', target: 5 }] } },
  },
  overhead: { perSecond: 200, seconds: 1.05, settleSeconds: 0.1, warmUpSeconds: 0.4, leastSeconds: 1, blocks: 5 },
};`;
const project = await copyProject({ 'thresholds/ci.ts': ci });
await cp(join(root, 'deploy'), join(project.folder, 'deploy'), { recursive: true });
await symlink(join(root, 'target'), join(project.folder, 'target'));
const inProject = (...path: string[]) => join(project.folder, ...path);
const port = await freePort();
const common = {
  K6_BIN: project.k6,
  BASE_URL: `http://127.0.0.1:${port}`,
  TARGET_PORT: String(port),
  MACHINE_CLASS: 'test',
};
const gateOptions: JobOptions = {
  cwd: project.folder,
  env: common,
  expressions: { 'steps.reports.outputs.artifact-url': 'https://ci.example.com/artifacts/1' },
  done: ['Install'],
};

test(
  'actionlint finds nothing',
  { skip: go ? false : 'there is no Go to build actionlint with' },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'k6-overhead-actionlint-'));
    after(() => rm(folder, { recursive: true, force: true }));
    const program = join(folder, 'actionlint');
    const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off' };
    const args = ['build', '-mod=readonly', '-buildvcs=false', '-o', program];
    const built = await start('go', [...args, 'github.com/rhysd/actionlint/cmd/actionlint'], {
      cwd: join(root, 'test/actionlint'),
      env,
    });
    // Its packages come over the network.
    if (built.code !== 0) {
      assert.match(
        built.stderr,
        /dial tcp|no such host|connection refused|timeout|proxyconnect|module lookup disabled/,
      );
      t.skip(`actionlint cannot be built here: ${built.stderr.split('\n')[0] ?? ''}`);
      return;
    }
    const lint = (files: readonly string[]) => start(program, ['-no-color', ...files], { env });
    const names = ['load-test', 'load-test-comment', 'load-test-nightly'];
    const { code, stdout } = await lint(names.map(gitHub));
    assert.equal(code, 0, stdout);
    const broken = join(folder, 'broken.yml');
    await writeFile(
      broken,
      (await readFile(gitHub('load-test'), 'utf8')).replace('steps.smoke', 'steps.smok'),
    );
    assert.equal((await lint([broken])).code, 1, 'and it would find something');
  },
);

/** The first major release of each action that runs on Node 24; runners have dropped Node 20. */
const ON_NODE_24: Readonly<Record<string, number>> = {
  'actions/checkout': 5,
  'actions/setup-node': 5,
  'actions/cache': 5,
  'actions/upload-artifact': 6,
  'actions/download-artifact': 7,
};

test('a token is visible to the steps that load, and to no other', async () => {
  for (const [name, job] of [
    ['load-test', 'load-test'],
    ['load-test-nightly', 'nightly'],
    ['load-test-comment', 'comment'],
  ] as const) {
    const { env, steps } = gitHubJob(gitHub(name), job);
    const isSecret = (value: string) => /secrets\.|github\.token/.test(value);
    assert.deepEqual(Object.values(env).filter(isSecret), [], name);
    for (const { run = '', env: own = {} } of steps) {
      const loads = /^npm run -s (run|overhead)\b/.test(run);
      const comments = name === 'load-test-comment' && run.includes('comment.mjs');
      const hasSecret = Object.values(own).some(isSecret);
      assert.equal(hasSecret, (loads && name === 'load-test-nightly') || comments, `${name}: ${run}`);
    }
  }
  const [install = ''] = gitLabJob(gitLab, 'load-test-nightly').before_script;
  const folder = await mkdtemp(inProject('install-'));
  await writeFile(join(folder, 'npm'), '#!/bin/sh\nenv\n', { mode: 0o755 });
  const { output } = await runGitLabLines([install], project.folder, {
    PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
    STAGING_TOKEN: 'a-token-of-staging',
    AUTH_TOKEN: '$STAGING_TOKEN',
    LOAD_TEST_COMMENT_TOKEN: 'a-token-of-comments',
    CI_JOB_TOKEN: 'a-token-of-the-job',
    CI_REGISTRY_PASSWORD: '$CI_JOB_TOKEN',
    CI_DEPENDENCY_PROXY_PASSWORD: '$CI_JOB_TOKEN',
    CI_REPOSITORY_URL: 'https://gitlab-ci-token:$CI_JOB_TOKEN@gitlab.example.com/team/backend.git',
    CI_DEPLOY_PASSWORD: 'a-token-of-deployments',
    CI_JOB_URL: 'https://gitlab.example.com/jobs/1',
  });
  assert.match(output, /CI_JOB_URL=/);
  assert.ok(!output.includes('a-token-of'), output);
});

test("GitLab: the project's token, which outranks what a job sets, reaches the nightly job alone", async () => {
  const ofProject = { STAGING_TOKEN: 'a-token-of-staging' };
  for (const [name, token] of [
    ['load-test', 'local-token'],
    ['load-test-nightly', 'a-token-of-staging'],
  ] as const) {
    const variables = { ...gitLabJob(gitLab, name).variables, ...ofProject };
    const { output } = await runGitLabLines(['echo "$AUTH_TOKEN"'], project.folder, variables);
    assert.equal(output, `${token}\n`, name);
  }
});

test('GitHub: each attempt keeps the history under a name of its own, and the next run finds the latest', () => {
  for (const [name, job] of [
    ['load-test', 'load-test'],
    ['load-test-nightly', 'nightly'],
  ] as const) {
    const { steps } = gitHubJob(gitHub(name), job);
    const given = (action: string) =>
      steps.find(({ uses = '', with: of }) => uses.startsWith(action) && of?.path === 'history')?.with ?? {};
    const keyOf = ({ key = '' }: Readonly<Record<string, string>>, attempt: string) =>
      key.replace('${{ github.run_id }}', '7').replace('${{ github.run_attempt }}', attempt);
    const [restored, saved] = [given('actions/cache/restore@'), given('actions/cache/save@')];
    const [first, second] = [keyOf(saved, '1'), keyOf(saved, '2')];
    assert.notEqual(first, second, name);
    assert.ok(second.startsWith(restored['restore-keys'] ?? '-'), name);
    // GitHub takes the key for a prefix as well: what other runs have saved since the first attempt would be passed over.
    assert.ok(!first.startsWith(keyOf(restored, '2')), name);
  }
});

test('dependabot.yml keeps the actions fresh', async () => {
  const { version, updates } = parse(
    await readFile(join(root, 'deploy/ci/github/dependabot.yml'), 'utf8'),
  ) as { version: number; updates: Record<string, unknown>[] };
  assert.equal(version, 2);
  assert.deepEqual(
    updates.map((update) => [update['package-ecosystem'], update.directory, update.schedule]),
    [['github-actions', '/', { interval: 'weekly' }]],
  );
});

test('every action is pinned by its commit, and no workflow that runs a pull request may write', async () => {
  for (const name of ['load-test', 'load-test-comment', 'load-test-nightly']) {
    const text = await readFile(gitHub(name), 'utf8');
    for (const [, use = ''] of text.matchAll(/uses: (.*)/g)) {
      const [, action = '', major = ''] = /^([\w-]+\/[\w-]+)[\w/-]*@[0-9a-f]{40} # v(\d+)/.exec(use) ?? [];
      assert.ok(Number(major) >= (ON_NODE_24[action] ?? Infinity), `${name}: ${use}`);
    }
    assert.match(text, /^permissions:$/m);
    assert.ok(!text.includes('pull_request_target'), 'it would give secrets to a fork');
  }
  const gate = await readFile(gitHub('load-test'), 'utf8');
  assert.ok(!/: write|secrets\./.test(gate), 'runs what nobody has reviewed');
  const comment = await readFile(gitHub('load-test-comment'), 'utf8');
  assert.ok(!/npm|ref:/.test(comment), 'may write, and runs nothing of the pull request');
});

/** The exit codes of the loads, by scenario; 108 is a machine that was too busy. */
const loads: Record<string, number> = {};

test('GitHub, a pull request: each gate is an exit code, and the summary stands', async () => {
  const end = await runGitHubJob(gitHubJob(gitHub('load-test'), 'load-test'), gateOptions);
  end.cleanUp();
  const { codes, output, summary } = end;
  assert.deepEqual(
    Object.keys(codes),
    ['Provide k6', 'Start the system under test', 'Smoke', 'Heavy', 'Overhead', 'Reports', 'Summary'],
    JSON.stringify(output),
  );
  for (const [step, code] of Object.entries(codes)) {
    if (step !== 'Overhead') assert.equal(code, 0, `${step}: ${output[step] ?? ''}`);
  }
  assert.ok([0, 108, 110].includes(codes.Overhead ?? -1), output.Overhead);
  Object.assign(loads, { smoke: codes.Smoke, heavy: codes.Heavy, overhead: codes.Overhead });
  const names = await readdir(inProject('reports'));
  for (const file of ['report.html', 'junit.xml', 'comment.md']) assert.ok(names.includes(file), file);
  const comment = await readFile(inProject('reports/comment.md'), 'utf8');
  assert.equal(summary, comment, 'once, and the same');
  for (const text of [/smoke/, /heavy/, /overhead/, /https:\/\/ci\.example\.com\/artifacts\/1/]) {
    assert.match(comment, text);
  }
});

/**
 * Instead of a load, what the loads before have left. What is made of it runs without npm's own start, which the jobs with real
 * loads have; everything else is the real npm.
 * @param codes what each load ends with; `trend`: the trend as well, unseen
 */
async function replay(codes: Readonly<Record<string, number>>, from = 'kept'): Promise<string> {
  const folder = await mkdtemp(inProject('replay-'));
  const npm = execFileSync('bash', ['-c', 'command -v npm']).toString().trim();
  const cases = ['smoke', 'heavy', 'stress', 'overhead'].map(
    (scenario) =>
      `  *"run -- ${scenario}"*${scenario === 'overhead' ? '|*"-s overhead"*' : ''}) cp ${inProject(from)}/${scenario}-*.json reports/ 2>/dev/null || true; exit ${codes[scenario] ?? 0};;`,
  );
  const reports = ['report', 'history', 'trend', 'baseline'].map((command) => `"run -s ${command} -- "*`);
  if (codes.trend !== undefined) cases.push(`  "run -s trend -- "*) exit ${codes.trend};;`);
  const script = `#!/bin/sh
case "$*" in
${cases.join('\n')}
  ${reports.join('|')}) command=$3; shift 4; exec '${process.execPath}' --import tsx cli/main.ts "$command" "$@";;
esac
exec '${npm}' "$@"
`;
  await writeFile(join(folder, 'npm'), script, { mode: 0o755 });
  return `${folder}${delimiter}${process.env.PATH ?? ''}`;
}

/** Takes the results of the real loads away, for `replay`; reports/ is as in a fresh clone. */
async function keepResults(): Promise<void> {
  await mkdir(inProject('kept'), { recursive: true });
  for (const name of await readdir(inProject('reports'))) {
    if (/-ci-.*\.json$/.test(name)) await rename(inProject('reports', name), inProject('kept', name));
  }
  await freshReports();
}

/** A folder for `replay`: an overhead that is not valid, and a load that its name puts after it. */
async function invalidOverhead(): Promise<string> {
  await mkdir(inProject('night'), { recursive: true });
  const kept = await readdir(inProject('kept'));
  const nameOf = (scenario: string) => kept.find((name) => name.startsWith(`${scenario}-ci-`)) ?? '';
  const result = JSON.parse(await readFile(inProject('kept', nameOf('overhead')), 'utf8')) as {
    overhead: { verdict: object };
  };
  Object.assign(result.overhead.verdict, { kind: 'INVALID', reasons: ['the machine was too busy'] });
  await writeFile(inProject('night/overhead-ci-night.json'), JSON.stringify(result));
  await cp(inProject('kept', nameOf('heavy')), inProject('night/stress-ci-night.json'));
  return 'night';
}

async function freshReports(): Promise<void> {
  await rm(inProject('reports'), { recursive: true, force: true });
  await mkdir(inProject('reports'));
}

test('GitHub, a gate is crossed: the others are judged all the same, and the job fails', async () => {
  await keepResults();
  const PATH = await replay({ heavy: 99 });
  const job = gitHubJob(gitHub('load-test'), 'load-test');
  const started = [...(gateOptions.done ?? []), 'Provide k6', 'Start the system under test'];
  const crossed = await runGitHubJob(job, { ...gateOptions, done: started, env: { ...common, PATH } });
  assert.deepEqual(crossed.codes, { Smoke: 0, Heavy: 99, Overhead: 0, Reports: 0, Summary: 0 });
  await freshReports();
  const broken = await runGitHubJob(job, {
    ...gateOptions,
    done: started,
    env: { ...common, PATH: await replay({ smoke: 108 }, 'nothing') },
  });
  assert.deepEqual(
    broken.codes,
    { Smoke: 108, Reports: 0, Summary: 0 },
    'a system that is down is not loaded',
  );
  assert.match(broken.summary, /No load test has left a result/);
});

test('GitHub, the main branch: its results are what pull requests are compared with', async () => {
  await freshReports();
  const job = gitHubJob(gitHub('load-test'), 'load-test');
  const options: JobOptions = {
    ...gateOptions,
    done: [...(gateOptions.done ?? []), 'Provide k6', 'Start the system under test'],
    env: { ...common, PATH: await replay({}) },
  };
  const pushed = await runGitHubJob(job, { ...options, holds: ["github.event_name == 'push'"] });
  assert.equal(pushed.codes.Trend, 0, pushed.output.Trend);
  assert.ok((await readdir(inProject('history'))).some((name) => name.includes('heavy-ci-')));
  await freshReports();
  const request = await runGitHubJob(job, options);
  assert.equal(request.codes.Trend, undefined);
  assert.match(request.summary, /Against the accepted runs/);
});

test('GitHub, each night: history, trend, baseline, and Prometheus where there is one', async () => {
  await freshReports();
  const options: JobOptions = {
    ...gateOptions,
    env: { ...common, PATH: await replay({}) },
    expressions: {
      ...gateOptions.expressions,
      'secrets.STAGING_TOKEN': 'a-token',
      'vars.PROMETHEUS_WRITE_URL': 'http://127.0.0.1:9/api/v1/write',
    },
    holds: ["vars.PROMETHEUS_WRITE_URL != ''", 'inputs.accept == true'],
    done: ['Install', 'Provide k6'],
  };
  const { codes, output, summary } = await runGitHubJob(
    gitHubJob(gitHub('load-test-nightly'), 'nightly'),
    options,
  );
  assert.deepEqual(
    codes,
    {
      'Send to Prometheus': 0,
      Heavy: 0,
      Stress: 0,
      Overhead: 0,
      Reports: 0,
      Summary: 0,
      // A measurement that is not valid is none to compare with.
      'Accept as baseline': loads.overhead === 108 ? 1 : 0,
      Trend: 0,
    },
    JSON.stringify(output),
  );
  const history = await readdir(inProject('history'));
  assert.ok(
    history.some((name) => name.includes('heavy-ci-')),
    history.join(),
  );
  assert.match(summary, /heavy/);
  assert.ok((await readdir(inProject('reports'))).includes('trend.html'));

  await freshReports();
  await rm(inProject('history'), { recursive: true });
  const worse = await runGitHubJob(gitHubJob(gitHub('load-test-nightly'), 'nightly'), {
    ...options,
    env: { ...common, PATH: await replay({ heavy: 99, trend: 99 }) },
  });
  assert.deepEqual(
    Object.keys(worse.codes).slice(-2),
    ['Accept as baseline', 'Trend'],
    'where something is worse, accepting is what it is for, and the trend is judged by what is accepted',
  );
  const accepted = await readdir(inProject('history/baselines'));
  assert.ok(
    accepted.some((name) => name.startsWith('heavy-ci-')),
    accepted.join(),
  );
});

/** A place where a service keeps what it is given: comments, and files. */
async function hostingService() {
  const comments: { id: number; body: string; user: { type: string }; system: boolean }[] = [];
  const files = new Map<string, string>();
  const person = {
    id: 1,
    body: '<!-- k6-overhead --> a copy by a person',
    user: { type: 'User' },
    system: true,
  };
  comments.push(person);
  const pulls = [{ number: 7, head: { sha: 'tested' } }];
  const server = await serve(({ method, path, body, headers }) => {
    if (
      headers.authorization !== 'Bearer a-comment-token' &&
      headers['private-token'] !== 'a-comment-token'
    ) {
      if (headers['job-token'] !== 'a-job-token') return { status: 403 };
      if (method === 'PUT') files.set(path, body);
      return files.has(path) ? { body: files.get(path) ?? '' } : { status: 404 };
    }
    if (path.includes('/pulls?state=open&head=')) return { body: JSON.stringify(pulls) };
    const { body: text = '' } = body === '' ? {} : (JSON.parse(body) as { body?: string });
    if (method === 'GET') return { body: JSON.stringify(comments) };
    if (method === 'POST') {
      comments.push({ id: comments.length + 1, body: text, user: { type: 'Bot' }, system: false });
      return { status: 201, body: '{}' };
    }
    const one = comments.find(({ id }) => path.endsWith(`/${id}`));
    if (one === undefined) return { status: 404 };
    one.body = text;
    return { body: '{}' };
  });
  const sent = (): string[] =>
    server.received
      .filter(({ method }) => method !== 'GET')
      .map(({ method, path }: Received) => `${method} ${path}`);
  return { ...server, comments, files, sent };
}

test('GitHub, the comment: written once, then updated in place, and none where there is no request for it', async () => {
  const service = await hostingService();
  const job = gitHubJob(gitHub('load-test-comment'), 'comment');
  await mkdir(inProject('comment'), { recursive: true });
  const post = (markdown: string, changed: Record<string, string> = {}) =>
    writeFile(inProject('comment/comment.md'), markdown).then(() =>
      runGitHubJob(job, {
        cwd: project.folder,
        env: { GITHUB_API_URL: service.baseUrl, GITHUB_REPOSITORY: 'team/backend', ...changed },
        expressions: {
          'github.token': 'a-comment-token',
          'github.event.workflow_run.head_repository.owner.login': 'someone',
          'github.event.workflow_run.head_branch': 'a/branch',
          'github.event.workflow_run.head_sha': 'tested',
        },
      }),
    );
  const first = await post('## PASS');
  assert.deepEqual(first.codes, { Comment: 0 }, JSON.stringify(first.output));
  const second = await post(`## FAIL, says @everyone ${'x'.repeat(70_000)}`);
  assert.match(second.output.Comment ?? '', /updated/);
  assert.deepEqual(service.sent(), [
    'POST /repos/team/backend/issues/7/comments',
    'PATCH /repos/team/backend/issues/comments/2',
  ]);
  const [person, ours] = service.comments;
  assert.match(person?.body ?? '', /by a person/);
  assert.match(ours?.body ?? '', /^<!-- k6-overhead -->\n## FAIL, says &#64;everyone x/);
  assert.equal(ours?.body.length, 65_536);

  const stale = await post('## PASS', { HEAD_SHA: 'older' });
  assert.match(stale.output.Comment ?? '', /skipped, no open pull request/);
  const fork = await post('## PASS', { COMMENT_TOKEN: '' });
  assert.match(fork.output.Comment ?? '', /skipped, there is no COMMENT_TOKEN/);
  const refused = await post('## PASS', { COMMENT_TOKEN: 'another' });
  assert.equal(refused.codes.Comment, 1);
  assert.match(refused.output.Comment ?? '', /answered 403; COMMENT_TOKEN may not write comments there/);
  assert.ok(!JSON.stringify(refused.output).includes('another'), 'the token is nowhere');
  await rm(inProject('comment'), { recursive: true });
  assert.match(
    (
      await runGitHubJob(job, {
        cwd: project.folder,
        env: { COMMENT_TOKEN: 'x' },
        expressions: {
          'github.token': '',
          'github.event.workflow_run.head_repository.owner.login': '',
          'github.event.workflow_run.head_branch': '',
          'github.event.workflow_run.head_sha': '',
        },
      })
    ).output.Comment ?? '',
    /skipped, there is no/,
  );
  assert.equal(service.sent().length, 2);
});

test('GitLab: the same gates, pages, comment; and the history of each night', async () => {
  const service = await hostingService();
  const predefined = {
    K6_BIN: project.k6,
    CI_API_V4_URL: service.baseUrl,
    CI_PROJECT_ID: '5',
    CI_MERGE_REQUEST_IID: '9',
    CI_DEFAULT_BRANCH: 'main',
    CI_JOB_TOKEN: 'a-job-token',
    CI_JOB_URL: 'https://gitlab.example.com/jobs/1',
  };
  const withoutInstall = (lines: readonly string[]) => lines.filter((line) => !line.includes(' npm ci '));

  await freshReports();
  await rm(inProject('history'), { recursive: true, force: true });
  const nightly = gitLabJob(gitLab, 'load-test-nightly');
  const night = {
    ...predefined,
    ...nightly.variables,
    ACCEPT: 'true',
    MACHINE_CLASS: 'test',
    PATH: await replay({ stress: 99, overhead: 108 }, await invalidOverhead()),
  };
  const long = await runGitLabLines(
    [...withoutInstall(nightly.before_script), ...nightly.script],
    project.folder,
    night,
  );
  assert.equal(long.code, 99, `the first that failed: ${long.output}`);
  assert.match(long.output, /no history yet/);
  const archive = '/projects/5/packages/generic/load-test-history/1/history.tar.gz';
  assert.match(long.output, /overhead-ci-night\.json is INVALID: .* it is no baseline/);
  assert.ok(service.files.has(archive), long.output);
  const accepted = await readdir(inProject('history/baselines'));
  assert.ok(
    accepted.length === 1 && accepted[0]?.startsWith('heavy-ci-') === true,
    `what comes after the one that is no baseline: ${accepted.join()}`,
  );

  await freshReports();
  const gate = gitLabJob(gitLab, 'load-test');
  const variables = { ...gate.variables, ...predefined, ...common, PATH: await replay({ heavy: 99 }) };
  const script = await runGitLabLines(gate.script, project.folder, variables);
  endGroup(script.pid);
  assert.equal(script.code, 99, script.output);
  const afterwards = await runGitLabLines(gate.after_script, project.folder, variables);
  assert.equal(afterwards.code, 0, afterwards.output);
  const comment = await readFile(inProject('reports/comment.md'), 'utf8');
  assert.match(comment, /https:\/\/gitlab\.example\.com\/jobs\/1\/artifacts\/file\/reports\/report\.html/);

  const { script: lines } = gitLabJob(gitLab, 'load-test-comment');
  const post = (token: Record<string, string>) =>
    runGitLabLines(lines, project.folder, { ...predefined, ...token });
  assert.match((await post({})).output, /skipped, there is no COMMENT_TOKEN/);
  for (let times = 0; times < 2; times += 1) {
    const posted = await post({ LOAD_TEST_COMMENT_TOKEN: 'a-comment-token' });
    assert.equal(posted.code, 0, posted.output);
  }
  assert.deepEqual(service.sent(), [
    `PUT ${archive}`,
    'POST /projects/5/merge_requests/9/notes',
    'PUT /projects/5/merge_requests/9/notes/2',
  ]);
});
