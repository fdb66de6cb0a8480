/** The package of a world's service: gates that look at a model of replication, a probe, and procedures. */
import type { PackageCode } from '@warder/scheduler';
import { gatesOf } from './gate.ts';
import type { CodeOptions } from './options.ts';
import { probesOf } from './probe.ts';
import { proceduresOf } from './procedure.ts';

export const createCode = (options: CodeOptions): PackageCode => ({
  gates: gatesOf(options),
  probes: probesOf(options),
  procedures: proceduresOf(options),
});
