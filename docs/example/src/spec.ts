import { call, launch, phase, plan, wait, withPlan, type ServiceSpec, type SpecInput } from '@warder/sdk';

/** A replaced node is empty: its run goes on until it has the lines of another one. */
const replace = plan(
  'replace',
  'serial',
  phase(
    'node',
    { pod: 'node' },
    launch('server'),
    call('copy'),
    wait('in-step', { soakMs: 5_000, deadlineMs: 600_000 }),
  ),
);

export const journalSpec = ({ spec }: SpecInput): ServiceSpec => withPlan(spec, replace);
