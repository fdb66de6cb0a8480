/** What the plans do with the part of ZooKeeper that belongs to this cluster. */
import { call, phase, type Procedure, type ProcedureContext, type ServiceView, type TaskView } from '@warder/sdk';
import { clusterId } from '../cluster-id.ts';
import { chrootOf } from '../metadata.ts';
import { readOptions } from '../options.ts';
import { checkChroot, claimChroot, removeChroot } from '../zookeeper/chroot.ts';
import { withSession, type Session } from '../zookeeper/session.ts';

const inEnsemble = <T>(
  { service, signal }: ProcedureContext,
  work: (session: Session, chroot: string, id: string) => Promise<T>,
): Promise<T> => {
  const options = readOptions(service.options);
  const chroot = chrootOf(service.name, options);
  return withSession(options.zookeeper.connect, signal, (session) => work(session, chroot, clusterId(service.uid)));
};

/** Before the first broker starts. */
export const claimChrootProcedure: Procedure = async (context) => {
  await inEnsemble(context, claimChroot);
  return { chroot: chrootOf(context.service.name, readOptions(context.service.options)) };
};

/** Before brokers are restarted: with another ensemble, none of them would come back. */
export const checkChrootProcedure: Procedure = async (context) => {
  await inEnsemble(context, checkChroot);
  return {};
};

/** After the last broker was stopped. */
export const removeChrootProcedure: Procedure = async (context) => {
  if (runs(context.service)) {
    // A broker that the configuration does not have any more is stopped later in this run: then it is done.
    context.addPhases([phase('chroot-after-all', {}, call('remove-chroot'))], { last: true });
    return { later: 'a broker still runs' };
  }
  return inEnsemble(context, removeChroot).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    const plan = `warder ${context.service.name} plan force-complete uninstall`;
    throw new Error(`${why}; to leave the chroot where it is: ${plan}`, { cause: error });
  });
};

const runs = ({ instances }: ServiceView): boolean =>
  instances.some(({ tasks }) => tasks.some(({ state }) => alive.includes(state)));

const alive: readonly TaskView['state'][] = ['LAUNCHING', 'STAGING', 'RUNNING', 'UNREACHABLE'];
