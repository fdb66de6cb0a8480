import type { PlanSpec, SpecInput, ServiceSpec } from '@warder/sdk';

/** A replaced node is empty: its run goes on until it has the lines of another one. */
const replace: PlanSpec = {
  name: 'replace',
  strategy: 'serial',
  phases: [
    {
      name: 'node',
      pod: 'node',
      strategy: 'serial',
      steps: [
        { kind: 'launch', tasks: ['server'] },
        { kind: 'call', name: 'copy', procedure: 'copy' },
        { kind: 'wait', name: 'in-step', probe: 'in-step', soakMs: 5_000, deadlineMs: 600_000 },
      ],
    },
  ],
};

export const journalSpec = ({ spec }: SpecInput): ServiceSpec => ({ ...spec, plans: [...spec.plans, replace] });
