/** One run as k6-operator takes it. @see https://github.com/grafana/k6-operator/blob/main/docs/crd-generated.md */
import { k6Operator } from '../../thresholds/k6-operator.ts';
import { MERGE_TAGS } from '../k6/run.ts';
import type { Variables } from '../scenario/variables.ts';

/** A run of one scenario by some load generators. */
export interface Run {
  /** Of every object that belongs to the run, and its RUN_ID. */
  name: string;
  scenario: string;
  parallelism: number;
  /** The environment that it loads: the scripts hold no other. */
  environment: string;
  /** Values of the suite's variables; no secret. */
  variables: Variables;
  /** Variables whose values come from the Secret. */
  secrets: readonly string[];
}

/** A variable of a container. Kubernetes puts `$(NAME)` of an earlier one in. */
type EnvVar = { name: string } & (
  | { value: string }
  | {
      valueFrom: { fieldRef: { fieldPath: string } } | { secretKeyRef: { name: string; key: string } };
    }
);

/** Where reports go in a pod. */
const REPORTS = '/reports';
const REPORTS_MOUNTED = [{ name: 'reports', mountPath: REPORTS }];
const { user } = k6Operator;
const SECURITY_CONTEXT = { runAsNonRoot: true, runAsUser: user, runAsGroup: user, fsGroup: user };
/** The job's controller labels each pod with the name of its job, which k6-operator ends in the runner's number. */
const JOB: EnvVar = {
  name: 'JOB_NAME',
  valueFrom: { fieldRef: { fieldPath: "metadata.labels['job-name']" } },
};

/** The custom resource that starts a run. */
export function testRun(run: Run) {
  const { name, scenario, parallelism, secrets } = run;
  const { image, resources } = k6Operator;
  const common = variablesOf(run);
  const pod = {
    image,
    metadata: { labels: labelsOf(run) },
    resources,
    securityContext: SECURITY_CONTEXT,
  };
  return {
    apiVersion: 'k6.io/v1alpha1',
    kind: 'TestRun',
    metadata: { name, labels: labelsOf(run) },
    spec: {
      parallelism,
      script: { configMap: { name: `${name}-script`, file: `${scenario}.js` } },
      runner: {
        ...pod,
        env: [
          ...common,
          ...(parallelism > 1 ? [JOB, { name: 'PART', value: `$(JOB_NAME)/${parallelism}` }] : []),
          { name: 'REPORT_DIR', value: REPORTS },
          // k6-operator gives each runner two tags.
          { name: 'K6_FEATURES', value: MERGE_TAGS },
          ...secrets.map((key) => ({
            name: key,
            valueFrom: { secretKeyRef: { name: k6Operator.secret, key } },
          })),
        ],
        volumes: volumesOf(run),
        volumeMounts: REPORTS_MOUNTED,
      },
      // k6-operator hands these on as arguments, which every process list shows: no secret among them.
      initializer: {
        ...pod,
        env: [
          ...common,
          ...(parallelism > 1 ? [{ name: 'PART', value: `1/${parallelism}` }] : []),
          { name: 'REPORT_DIR', value: '/tmp' },
          ...secrets.map((key) => ({ name: key, value: 'in-the-runners-only' })),
        ],
      },
    },
  };
}

function variablesOf({ name, variables }: Run): EnvVar[] {
  return Object.entries({ ...variables, RUN_ID: name }).map(([variable, value]) => ({
    name: variable,
    // `$$(` is how Kubernetes writes a `$(` that it leaves alone.
    value: value.replaceAll('$(', '$$$$('),
  }));
}

/** The script as k6-operator mounts it. */
export function script(run: Run, bundle: string) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${run.name}-script`, labels: labelsOf(run) },
    data: { [`${run.scenario}.js`]: bundle },
  };
}

/** The volume that keeps the results of every generator. */
export function resultsVolume(run: Run) {
  const { size, accessMode } = k6Operator.results;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: `${run.name}-reports`, labels: labelsOf(run) },
    spec: { accessModes: [accessMode], resources: { requests: { storage: size } } },
  };
}

/** A pod that waits with the volume mounted, so that `kubectl cp` can fetch the results. */
export function resultsReader(run: Run) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `${run.name}-reader`, labels: labelsOf(run) },
    spec: {
      restartPolicy: 'Never',
      securityContext: SECURITY_CONTEXT,
      containers: [
        {
          name: 'reader',
          image: k6Operator.image,
          command: ['sleep', '86400'],
          volumeMounts: REPORTS_MOUNTED,
        },
      ],
      volumes: volumesOf(run),
    },
  };
}

function volumesOf({ name }: Run) {
  return [{ name: 'reports', persistentVolumeClaim: { claimName: `${name}-reports` } }];
}

function labelsOf({ name, scenario }: Run): Record<string, string> {
  return {
    'app.kubernetes.io/name': 'k6-overhead',
    'app.kubernetes.io/instance': name,
    'k6-overhead/scenario': scenario,
  };
}
