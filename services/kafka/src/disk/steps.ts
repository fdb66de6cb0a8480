/** What the steps of moves between log dirs do and wait for. All of them may be asked again at any time. */
import type { Probe, Procedure, ServiceView } from '@warder/sdk';
import { alterReplicaLogDirs, type DirAssignment } from '../client/api/alter-replica-log-dirs.ts';
import { describeLogDirs, type LogDir } from '../client/api/describe-log-dirs.ts';
import { patient, quick, withClient, type KafkaClient } from '../client/client.ts';
import { ErrorCode, errorName } from '../client/error.ts';
import type { KafkaNode } from '../client/node.ts';
import { brokers, reachable } from '../cluster/member.ts';
import { count, few } from '../cluster/words.ts';
import { moveName, progressText, standingOf, type WantedMove } from './standing.ts';
import { setThrottle } from './throttle.ts';

/** The arguments of the steps, as the plan wrote them. */
export type MovesArgs = { readonly broker: number; readonly moves: readonly WantedMove[] };

export type ThrottleArgs = { readonly brokers: readonly number[]; readonly rate: string };

/** `rate`: what to give back to them. Absent: no throttle was set. */
export type EndArgs = {
  readonly brokers: readonly (MovesArgs & { readonly rate?: string | null })[];
};

const nodeOf = (client: KafkaClient, service: ServiceView, id: number): KafkaNode => {
  const [member] = reachable(brokers(service)).filter((each) => each.id === id);
  if (member === undefined) throw new Error(`broker ${id} has no place`);
  return client.node(member.address);
};

const dirsOf = async (node: KafkaNode, signal: AbortSignal): Promise<readonly LogDir[]> => {
  const { errorCode, dirs } = await node.call(describeLogDirs, { topics: null }, signal);
  if (errorCode !== 0) throw new Error(`its log dirs cannot be read: ${errorName(errorCode)}`);
  return dirs;
};

const setThrottles: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const { brokers: ids, rate } = args as ThrottleArgs;
    for (const id of ids) await setThrottle(client, service, id, rate, signal);
    return { rate };
  });

const begin: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const { broker, moves } = args as MovesArgs;
    const node = nodeOf(client, service, broker);
    const { away } = standingOf(await dirsOf(node, signal), moves);
    await send(node, broker, away, signal);
    return { begun: away.length };
  });

/** What is on its way survives a restart of the broker. If nobody has it any more, it is begun again. */
const moved: Probe = ({ service, args, signal }) =>
  withClient(quick, async (client) => {
    const { broker, moves } = args as MovesArgs;
    const node = nodeOf(client, service, broker);
    const standing = standingOf(await dirsOf(node, signal), moves);
    const { lost, away, coming } = standing;
    if (lost.length > 0) {
      const what = `a log dir of broker ${broker} has failed: ${few(lost.map(moveName))} cannot be moved`;
      return { open: false, failed: true, reason: `${what}; end this run (plan cancel disks), and see to the disk` };
    }
    await send(node, broker, away, signal);
    return { open: away.length + coming.length === 0, reason: `broker ${broker}: ${progressText(standing)}` };
  });

/** Whatever has not arrived stays where it is, and brokers are as fast as before. */
const end: Procedure = ({ service, args, signal }) =>
  withClient(patient, async (client) => {
    const left = (args as EndArgs).brokers.filter(({ broker }) => brokers(service).some(({ id }) => id === broker));
    const failures: string[] = [];
    let stopped = 0;
    for (const { broker, moves, rate } of left) {
      try {
        if (rate !== undefined) await setThrottle(client, service, broker, rate, signal);
        const node = nodeOf(client, service, broker);
        const { coming } = standingOf(await dirsOf(node, signal), moves);
        const back = coming.map(({ topic, partition, from }) => ({ topic, partition, to: from }));
        await send(node, broker, back, signal);
        stopped += back.length;
      } catch (error) {
        failures.push(error instanceof Error ? error.message : String(error));
      }
    }
    if (failures.length > 0) throw new Error(failures.join('; '));
    return { stopped: count(stopped, 'replica') };
  });

/** Not there, by now: a topic was deleted, or its replica moved to another broker. */
const isGone = (errorCode: number): boolean =>
  errorCode === ErrorCode.unknownTopic || errorCode === ErrorCode.replicaNotAvailable;

const send = async (
  node: KafkaNode,
  broker: number,
  moves: readonly WantedMove[],
  signal: AbortSignal,
): Promise<void> => {
  if (moves.length === 0) return;
  const results = await node.call(alterReplicaLogDirs, { dirs: assignments(moves) }, signal);
  const refused = results.filter(({ errorCode }) => errorCode !== 0 && !isGone(errorCode));
  const [first] = refused;
  if (first === undefined) return;
  const what = `broker ${broker} does not move ${few(refused.map(moveName))}`;
  throw new Error(`${what}: ${errorName(first.errorCode)}`);
};

const assignments = (moves: readonly WantedMove[]): readonly DirAssignment[] =>
  [...Map.groupBy(moves, ({ to }) => to)].map(([path, toDir]) => ({
    path,
    topics: [...Map.groupBy(toDir, ({ topic }) => topic)].map(([name, each]) => ({
      name,
      partitions: each.map(({ partition }) => partition),
    })),
  }));

export const diskProcedures: Readonly<Record<string, Procedure>> = {
  'throttle-disks': setThrottles,
  'begin-disk-moves': begin,
  'end-disk-moves': end,
};

export const diskProbes: Readonly<Record<string, Probe>> = { 'disk-moves-done': moved };
