/** A plan stops a broker only if every partition that can spare it keeps its in-sync replicas, and the controllers their majority. */
import { isEnded } from '@warder/core';
import type { StepRecord } from '@warder/core';
import { isLive, killerOf } from '@warder/sim/kit';
import type { Checker, GateRecord, Truth, Violate } from '@warder/sim/kit';
import type { Kafka } from '../model/kafka.ts';
import { nameOf } from '../model/image.ts';
import type { Server } from '../model/server.ts';

/** What brokers know of the metadata may be so old. */
export const NEWS_MAX_MS = 5_000;
/** An answer is used at once; a store that takes no writes for a moment may hold it up. */
const ANSWER_MAX_MS = 10_000;

/** When it was told to end, and in which batch. */
type Stopped = { readonly atMs: number; readonly batch: string | undefined };

/** What there was to see when a gate was asked. */
type Asked = {
  readonly atMs: number;
  readonly inSync: ReadonlySet<string>;
  readonly well: readonly Server[];
};

export function stop(
  { ledger, nowMs }: Truth,
  kafka: Kafka,
  violate: Violate,
): Checker & { readonly asking: (instance: string) => void } {
  const opened = new Map<string, GateRecord>();
  const asked = new Map<string, Asked>();
  const stopped = new Map<Server, Stopped>();
  /** What went bad while the gate was asked, or after it, nobody could know. */
  const counts = (server: Server, sinceMs: number): boolean =>
    server.slow || kafka.isWell(server) || (server.badMs ?? nowMs()) >= sinceMs;
  /** It has ended since, unasked, and the scheduler was not told. Once it is, it must ask again. */
  const isUnseen = ({ phase, task }: Server): boolean => {
    const own = ledger.task(task.instance, task.name.slice(task.instance.length + 1));
    return phase === 'gone' && !task.killed && own?.id === task.id && !isEnded(own.state);
  };
  return {
    name: 'a plan stops only what the cluster can do without',
    asking: (instance) => {
      const well = [...kafka.servers.values()].filter((each) => each.listens && kafka.isWell(each));
      asked.set(instance, { atMs: nowMs(), inSync: inSyncOf(kafka, instance), well });
    },
    crashed: () => opened.clear(),
    gate: (record) => {
      if (record.moment !== 'stop') return;
      // Two runs may ask for the same instance.
      if (record.open) opened.set(record.stepId, record);
      else opened.delete(record.stepId);
    },
    killing: (task, why) => {
      const server = kafka.servers.get(task.id);
      if (why !== 'asked' || task.killed || !isLive(task) || server === undefined) return;
      const killer = killerOf(ledger, task);
      const batch = batchOf(ledger, killer);
      for (const each of stopped.keys()) if (each.phase === 'gone') stopped.delete(each);
      const gone = [...stopped];
      stopped.set(server, { atMs: nowMs(), batch });
      if (killer === undefined || !isGated(killer)) return;
      const answer = opened.get(killer.id);
      if (answer === undefined || nowMs() - answer.atMs > ANSWER_MAX_MS)
        violate(`${task.id} is stopped, and its gate has not said yes just before`);
      const { atMs: sinceMs = nowMs(), inSync = new Set<string>(), well = [] } = asked.get(task.instance) ?? {};
      const scene = { kafka, inSync, newsMs: sinceMs - NEWS_MAX_MS };
      // Who is stopped with it is away, even while he hands over; unless the kill has not come to him.
      const away = new Set(
        gone
          .filter(([each]) => each.task.killed)
          .filter(([, { atMs, batch: other }]) => atMs < scene.newsMs || (batch !== undefined && other === batch))
          .map(([each]) => each),
      );
      const unseen = well.filter(isUnseen);
      const stays: Stays = (id, other) =>
        other === undefined
          ? unseen.some((each) => each.id === id && !away.has(each))
          : !away.has(other) && counts(other, sinceMs);
      checkPartitions(scene, server, stays, violate);
      if (isLeaving(ledger)) checkLeaving(kafka, server, violate);
      else checkQuorum(kafka, server, stays, violate);
    },
  };
}

const isGated = ({ work }: StepRecord): boolean =>
  work.kind === 'launch' ? !work.force : work.kind === 'stop' && work.gates.includes('stop');

/** The phase whose instances go together, if it is one. */
const batchOf = (ledger: Truth['ledger'], step: StepRecord | undefined): string | undefined => {
  const { id = '', phases = [] } = ledger.run(step?.runId ?? '') ?? {};
  const phase = phases.find(({ together, stepIds }) => together === true && stepIds.includes(step?.id ?? ''));
  return phase === undefined ? undefined : `${id} ${phase.name}`;
};

/** The partitions that it is in sync in, and so may take something away from. */
function inSyncOf(kafka: Kafka, instance: string): ReadonlySet<string> {
  const image = kafka.quorum.newest;
  const server = [...kafka.servers.values()].find(({ task }) => task.instance === instance);
  if (image === undefined || server?.launched.isBroker !== true || !kafka.isWell(server)) return new Set();
  // Before it is in the cluster, what it was in sync in when it ended is without it.
  const known = image.brokers.get(server.id);
  if (known?.incarnation !== server.incarnation || known.fenced) return new Set();
  return new Set([...image.partitions.values()].filter(({ isr }) => isr.includes(server.id)).map(nameOf));
}

/** Whoever has that id, and the process that it is, if any, can be counted on, by what could be known. */
type Stays = (id: number, server: Server | undefined) => boolean;

type Scene = {
  readonly kafka: Kafka;
  readonly inSync: ReadonlySet<string>;
  /** Who has lagged behind, or come back, since then could not be known to. */
  readonly newsMs: number;
};

function checkPartitions({ kafka, inSync, newsMs }: Scene, server: Server, stays: Stays, violate: Violate): void {
  const { id, launched } = server;
  const image = kafka.quorum.newest;
  // Who is not there, or does nothing, takes nothing away.
  if (!launched.isBroker || image === undefined || !kafka.isWell(server) || image.brokers.get(id)?.fenced !== false)
    return;
  for (const partition of image.partitions.values()) {
    const { replicas, isr, topic } = partition;
    const needs = kafka.minInSync(image, topic);
    // Who is not in sync takes nothing away.
    const name = nameOf(partition);
    const since = (times: ReadonlyMap<string, number>, of: number): boolean =>
      (times.get(`${name} ${of}`) ?? -1) >= newsMs;
    if (!isr.includes(id) || !inSync.has(name) || replicas.length <= needs) continue;
    if (since(kafka.replication.joinedMs, id)) continue;
    // Nor could a topic be known that was made just then.
    if ((kafka.madeMs.get(topic) ?? -1) >= newsMs) continue;
    const others = replicas.filter((other) => {
      if (other === id) return false;
      const isNear = isr.includes(other) || since(kafka.replication.laggedMs, other);
      return isNear && stays(other, kafka.serverOf(other, image));
    });
    if (others.length < needs)
      violate(
        `broker ${id} is stopped, and ${name} has only ${others.join(', ') || 'nobody'} in sync besides; it needs ${needs}`,
      );
  }
}

/** A migration goes back, and its controllers go. */
const isLeaving = (ledger: Truth['ledger']): boolean => {
  const options = ledger.config(ledger.service()?.targetConfigId ?? '')?.options['kafka'];
  return (options as { readonly migration?: string } | undefined)?.migration === 'leaving';
};

function checkLeaving(kafka: Kafka, { id, launched }: Server, violate: Violate): void {
  const lost = [...kafka.servers.values()].filter(
    (each) => each.launched.isBroker && each.launched.speaks === 'kraft' && each.phase !== 'gone',
  );
  if (launched.isVoter && lost.length > 0)
    violate(`controller ${id} leaves, and broker ${lost.map((each) => each.id).join(', ')} has nobody else to follow`);
}

function checkQuorum(kafka: Kafka, { id, launched }: Server, stays: Stays, violate: Violate): void {
  const { voters } = kafka.quorum;
  if (!launched.isVoter || voters.size < 3 || !kafka.isKraft) return;
  const others = [...voters.values()].filter((voter) => voter.id !== id && stays(voter.id, voter.server));
  if (others.length * 2 <= voters.size)
    violate(
      `controller ${id} is stopped, and only ${others.map((voter) => voter.id).join(', ') || 'nobody'} of ${voters.size} is left`,
    );
}
