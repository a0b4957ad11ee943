/** What the demo runs, in this order. A new step is a line here. */
import type { Variables } from '../scenario/variables.ts';

export interface DemoStep {
  scenario: string;
  /** For the reader, after the scenario's name. */
  title: string;
  variables: Variables;
}

export const demoSteps: readonly DemoStep[] = [
  { scenario: 'smoke', title: 'does it work at all?', variables: {} },
  {
    scenario: 'heavy',
    title: 'the release gate, in 18 s instead of 1m45s',
    variables: { STAGES: '5s:50,10s:50,3s:0' },
  },
  {
    scenario: 'overhead',
    title: 'does observability cost less than 150 ms at P95?',
    variables: {},
  },
];
