/**
 * Manifests taken as k6-operator and Kubernetes take them, as far as a generator notices: checked against the fields of
 * `k6.io/v1alpha1` that they use, then one k6 for each runner, paused at first, with the segment, arguments and variables
 * that its pod would have.
 */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import * as v from 'valibot';
import { parseAllDocuments } from 'yaml';
import { freePort } from '../../cli/process/free-port.ts';
import { start, type Ended } from './project.ts';

const name = v.pipe(v.string(), v.regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/), v.maxLength(63));
const metadata = v.strictObject({ name, labels: v.record(v.string(), v.string()) });
const quantity = v.pipe(v.string(), v.regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/));
const resources = v.strictObject({
  requests: v.strictObject({ cpu: quantity, memory: quantity }),
  limits: v.strictObject({ memory: quantity }),
});
const envVar = v.union([
  v.strictObject({ name: v.string(), value: v.string() }),
  v.strictObject({
    name: v.string(),
    valueFrom: v.union([
      v.strictObject({ fieldRef: v.strictObject({ fieldPath: v.literal("metadata.labels['job-name']") }) }),
      v.strictObject({ secretKeyRef: v.strictObject({ name, key: v.string() }) }),
    ]),
  }),
]);
const volume = v.strictObject({ name, persistentVolumeClaim: v.strictObject({ claimName: name }) });
const volumeMount = v.strictObject({ name, mountPath: v.string() });
const securityContext = v.strictObject({
  runAsNonRoot: v.literal(true),
  runAsUser: v.number(),
  runAsGroup: v.number(),
  fsGroup: v.number(),
});
const pod = {
  image: v.pipe(v.string(), v.regex(/^grafana\/k6:2\.\d+\.\d+$/)),
  metadata: v.strictObject({ labels: v.record(v.string(), v.string()) }),
  resources,
  securityContext,
  env: v.array(envVar),
};
const schemas = {
  TestRun: v.strictObject({
    apiVersion: v.literal('k6.io/v1alpha1'),
    kind: v.literal('TestRun'),
    metadata,
    spec: v.strictObject({
      parallelism: v.pipe(v.number(), v.integer(), v.minValue(1)),
      script: v.strictObject({ configMap: v.strictObject({ name, file: v.string() }) }),
      runner: v.strictObject({ ...pod, volumes: v.array(volume), volumeMounts: v.array(volumeMount) }),
      initializer: v.strictObject(pod),
    }),
  }),
  ConfigMap: v.strictObject({
    apiVersion: v.literal('v1'),
    kind: v.literal('ConfigMap'),
    metadata,
    data: v.record(v.string(), v.string()),
  }),
  PersistentVolumeClaim: v.strictObject({
    apiVersion: v.literal('v1'),
    kind: v.literal('PersistentVolumeClaim'),
    metadata,
    spec: v.strictObject({
      accessModes: v.array(v.picklist(['ReadWriteOnce', 'ReadWriteMany'])),
      resources: v.strictObject({ requests: v.strictObject({ storage: quantity }) }),
    }),
  }),
  Pod: v.looseObject({ apiVersion: v.literal('v1'), kind: v.literal('Pod'), metadata }),
};

export type TestRun = v.InferOutput<typeof schemas.TestRun>;
type ConfigMap = v.InferOutput<typeof schemas.ConfigMap>;
type EnvVar = v.InferOutput<typeof envVar>;

export interface Cluster {
  testRuns: TestRun[];
  configMaps: ConfigMap[];
  claims: string[];
}

/** What a folder of manifests holds, every object of a known kind and with known fields only. */
export async function readManifests(folder: string): Promise<Cluster> {
  const cluster: Cluster = { testRuns: [], configMaps: [], claims: [] };
  for (const file of (await readdir(folder)).sort()) {
    for (const document of parseAllDocuments(await readFile(join(folder, file), 'utf8'), {
      version: '1.1',
    })) {
      assert.deepEqual(document.errors, [], file);
      const object = document.toJS() as { kind: keyof typeof schemas };
      const parsed = v.parse(schemas[object.kind], object);
      if (parsed.kind === 'TestRun') cluster.testRuns.push(parsed);
      if (parsed.kind === 'ConfigMap') cluster.configMaps.push(parsed);
      if (parsed.kind === 'PersistentVolumeClaim') cluster.claims.push(parsed.metadata.name);
    }
  }
  return cluster;
}

/** A container's environment: `$(NAME)` of an earlier variable is put in, `$$` is a `$`. */
export function environmentOf(
  env: readonly EnvVar[],
  job: string,
  secrets: Readonly<Record<string, string>>,
): Record<string, string> {
  const values: Record<string, string> = {};
  for (const variable of env) {
    values[variable.name] =
      'value' in variable
        ? variable.value.replace(/\$\$|\$\(([A-Za-z0-9_]+)\)/g, (all, of: string | undefined) =>
            of === undefined ? '$' : (values[of] ?? all),
          )
        : 'fieldRef' in variable.valueFrom
          ? job
          : (secrets[variable.valueFrom.secretKeyRef.key] ?? '');
  }
  return values;
}

export interface Started {
  initializer: Ended;
  runners: Ended[];
}

/** Where the volumes of a run's pods lie on this machine, and what the cluster gives them. */
export interface Given {
  k6: string;
  test: string;
  reports: string;
  secrets: Readonly<Record<string, string>>;
  /** Outputs of a runner, by its index from 0. */
  outputs?: (index: number) => string[];
  /** Added to what the manifests set in each runner. */
  env?: NodeJS.ProcessEnv;
  onStart?: (child: ChildProcess) => void;
}

/** What k6-operator's initializer does: the script from its ConfigMap archived, with its variables as arguments, and inspected. */
export async function initialize(
  { metadata, spec: { script, initializer } }: TestRun,
  { configMaps }: Pick<Cluster, 'configMaps'>,
  { k6, test }: Pick<Given, 'k6' | 'test'>,
): Promise<{ path: string; inspected: Ended }> {
  const configMap = configMaps.find((of) => of.metadata.name === script.configMap.name);
  await mkdir(test, { recursive: true });
  const path = join(test, script.configMap.file);
  await writeFile(path, configMap?.data[script.configMap.file] ?? '');
  const env = environmentOf(initializer.env, `${metadata.name}-initializer`, {});
  const archive = join(test, 'archived.tar');
  const passed = Object.entries(env).flatMap(([key, value]) => ['-e', `${key}=${value}`]);
  const archived = await start(k6, ['archive', path, ...passed, '-O', archive], { env });
  if (archived.code !== 0) return { path, inspected: archived };
  return { path, inspected: await start(k6, ['inspect', '--execution-requirements', archive], { env }) };
}

/** Runs one test run: the initializer, then all runners at once. */
export async function operate(
  run: TestRun,
  cluster: Cluster,
  { k6, outputs = () => [], onStart = () => undefined, secrets, env: of = {}, ...volumes }: Given,
): Promise<Started> {
  const { parallelism, runner } = run.spec;
  const { path, inspected } = await initialize(run, cluster, { k6, test: volumes.test });

  const bounds = ['0', ...Array.from({ length: parallelism - 1 }, (_, i) => `${i + 1}/${parallelism}`), '1'];
  const ports = await Promise.all(Array.from({ length: parallelism }, freePort));
  const running = ports.map((port, i) => {
    const env = environmentOf(runner.env, `${run.metadata.name}-${i + 1}`, secrets);
    const segment = [
      `--execution-segment=${bounds[i] ?? ''}:${bounds[i + 1] ?? ''}`,
      `--execution-segment-sequence=${bounds.join(',')}`,
    ];
    const args = ['--quiet', ...(parallelism > 1 ? segment : []), ...outputs(i)];
    const control = [`--address=127.0.0.1:${port}`, '--paused', '--tag', `instance_id=${i + 1}`];
    const named = ['--tag', `testrun_name=${run.metadata.name}`];
    const mounted = env.REPORT_DIR === runner.volumeMounts[0]?.mountPath ? volumes.reports : env.REPORT_DIR;
    return start(k6, ['run', ...args, path, ...control, ...named], {
      env: { ...of, ...env, REPORT_DIR: mounted },
      onStart,
    });
  });
  // As the starter does: all at once, when all of them answer.
  await Promise.all(ports.map(answers));
  await Promise.all(ports.map(resume));
  return { initializer: inspected, runners: await Promise.all(running) };
}

/** Waits until k6 answers, ten seconds at most; one that has ended with an error never does. */
async function answers(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/v1/status`).catch(() => null);
    if (answer?.ok === true) return;
    await wait(100);
  }
}

async function resume(port: number): Promise<void> {
  const body = { data: { type: 'status', id: 'default', attributes: { paused: false } } };
  await fetch(`http://127.0.0.1:${port}/v1/status`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
}
