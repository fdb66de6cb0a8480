/** The package of a world's service: gates that look at a model of replication, a probe, and procedures. */
import type { PackageCode } from '@warder/scheduler';
import { gatesOf } from './gate.ts';
import type { CodeOptions } from './options.ts';
import { probesOf } from './probe.ts';
import { proceduresOf } from './procedure.ts';
import { detectorsOf, madePlansOf, reactionsOf } from './watch.ts';

/** `watching`: it also does things by itself. */
export const createCode = (options: CodeOptions, watching: boolean): PackageCode => ({
  gates: gatesOf(options),
  probes: probesOf(options),
  procedures: proceduresOf(options),
  ...(watching
    ? { reactions: reactionsOf(options), detectors: detectorsOf(options), plans: madePlansOf(options) }
    : {}),
});
