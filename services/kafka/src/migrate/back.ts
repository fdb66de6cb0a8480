/** The plan that goes from any stage of a migration back to ZooKeeper alone. */
import { call, configure, PackageError, phase, wait } from '@warder/sdk';
import type { MadePhase, MadePlan, MadeStep } from '@warder/sdk';
import { readOptions } from '../options.ts';
import { leftovers } from './preflight.ts';
import { isUnderWay, stageOf, type Stage } from './stage.ts';
import { inChroot, readNodes } from './znodes.ts';

export const migrateBackPlan: MadePlan = {
  summary: 'goes back to ZooKeeper from any stage of a migration before the last',
  make: async ({ service, signal }) => {
    const { name } = service;
    const stage = stageOf(readOptions(service.options));
    if (stage === 'done')
      throw new PackageError('no-way-back', `the metadata of ${name} is with controllers of its own for good`, 409);
    if (!isUnderWay(stage)) {
      const nodes = await inChroot(service, signal, readNodes);
      if (leftovers(nodes, name).length === 0)
        throw new PackageError('already', `${name} is on ZooKeeper, and no migration is under way`, 409);
    }
    return { strategy: 'serial', phases: backPhasesOf(stage) };
  },
  review: async () => ['clients notice restarts of brokers only; a migration can be tried again afterwards'],
};

/**
 * Brokers that have left ZooKeeper return to it while the controllers still lead. Then these are removed with every broker
 * left as it is, so that this works in the middle of a roll as well; and as soon as they are gone, what would keep a broker
 * from being the active controller is taken away.
 */
export const backPhasesOf = (stage: Stage): readonly MadePhase[] => [
  ...(stage === 'kraft' || stage === 'returning'
    ? [phase<MadeStep>('brokers', {}, to('returning'), wait('zookeeper-complete'))]
    : []),
  ...(stage === 'controllers' || stage === 'brokers'
    ? [phase<MadeStep>('zookeeper-complete', {}, wait('zookeeper-complete', { soakMs: settledMs }))]
    : []),
  ...(stage === 'none' ? [] : [phase<MadeStep>('controllers', {}, to('leaving'))]),
  phase<MadeStep>('controller', {}, call('forget-migration'), wait('broker-controls')),
  ...(stage === 'none' ? [] : [phase<MadeStep>('zookeeper', {}, to('none'), wait('zookeeper-alone'))]),
];

/** A migration of metadata that has just begun is let come to its end. */
const settledMs = 3000;

const to = (migration: Exclude<Stage, 'done'>): MadeStep => configure(migration, { options: { kafka: { migration } } });
