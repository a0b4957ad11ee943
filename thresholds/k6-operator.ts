/** How load generators run in Kubernetes. How many of them a load needs, and what each takes: docs/scale.md. */
export const k6Operator = {
  /** k6 2.x. */
  image: 'grafana/k6:2.2.0',
  /** What one generator is given; without a limit of processors, whose throttling would be measured as latency. */
  resources: {
    requests: { cpu: '1', memory: '512Mi' },
    limits: { memory: '1Gi' },
  },
  /** The Secret that holds tokens, under the names of their environment variables. */
  secret: 'k6-overhead',
  /** Where results are kept; generators on several nodes need `ReadWriteMany`. */
  results: { size: '1Gi', accessMode: 'ReadWriteMany' },
  /** The user of k6's own image. */
  user: 12_345,
} as const;
