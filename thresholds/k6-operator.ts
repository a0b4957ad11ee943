/** How load generators run in Kubernetes. How many of them a load needs, and what each takes: docs/scale.md. */
import type { K6OperatorProfile } from './types.ts';

export const k6Operator: K6OperatorProfile = {
  image: 'grafana/k6:2.2.0',
  // Without a limit of processors, whose throttling would be measured as latency.
  resources: {
    requests: { cpu: '1', memory: '512Mi' },
    limits: { memory: '1Gi' },
  },
  secret: 'k6-overhead',
  // Generators on several nodes need `ReadWriteMany`.
  results: { size: '1Gi', accessMode: 'ReadWriteMany' },
  // That of k6's own image.
  user: 12_345,
};
