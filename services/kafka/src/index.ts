/** @module What the Kafka package gives to the scheduler. */
import type { PackageCode } from '@warder/sdk';
import { inSync } from './gate/in-sync.ts';
import { replaceSafe } from './gate/replace-safe.ts';
import { stopSafe } from './gate/stop-safe.ts';
import { applyLiveProcedure } from './procedure/apply-live.ts';
import { kafkaSpec } from './spec.ts';

const code: PackageCode = {
  spec: kafkaSpec,
  gates: { 'stop-safe': stopSafe, 'replace-safe': replaceSafe, 'in-sync': inSync },
  procedures: { 'apply-live': applyLiveProcedure },
};

export default code;
