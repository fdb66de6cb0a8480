/** What the steps of a migration do. All of them may be done again at any time. */
import type { Procedure, ServiceView, TaskView } from '@warder/sdk';
import { patient, withClient } from '../client/client.ts';
import { clusterId } from '../cluster-id.ts';
import { checkChroot, removeChroot } from '../zookeeper/chroot.ts';
import { problemsOf } from './preflight.ts';
import { wishOf } from './wish.ts';
import { forgetMigration, inChroot } from './znodes.ts';

/** The world may have changed since the plan was made. */
const preFlight: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const problems = await problemsOf(client, service, wishOf(args), signal);
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return {};
  });

/** A controller that still ran would take all of it again. */
const forget: Procedure = async ({ service, signal }) => {
  const running = controllersThatRun(service);
  if (running.length > 0) throw new Error(`${running.join(', ')} still run: they are waited for`);
  const removed = await inChroot(service, signal, async (session, chroot) => {
    await checkChroot(session, chroot, clusterId(service.uid));
    return forgetMigration(session, chroot);
  });
  return { removed };
};

const controllersThatRun = ({ instances }: ServiceView): readonly string[] =>
  instances
    .filter(({ pod, tasks }) => pod === 'controller' && tasks.some(({ state }) => alive.includes(state)))
    .map(({ name }) => name);

const alive: readonly TaskView['state'][] = ['LAUNCHING', 'STAGING', 'RUNNING', 'UNREACHABLE'];

/** The part of the ensemble that was this cluster's, and nothing else. */
const leaveZooKeeper: Procedure = ({ service, signal }) =>
  inChroot(service, signal, (session, chroot) => removeChroot(session, chroot, clusterId(service.uid)));

export const migrateProcedures: Readonly<Record<string, Procedure>> = {
  'migration-pre-flight': preFlight,
  'forget-migration': forget,
  'leave-zookeeper': leaveZooKeeper,
};
