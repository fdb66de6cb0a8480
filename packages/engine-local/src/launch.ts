/** Make a reservation so and launch tasks in it: all or nothing. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Feature, Reservation, ReservedVolume } from '@warder/core';
import type { EngineSecret, EngineTask, Launch } from '@warder/engine';
import { diskOf } from './agent/size.ts';
import type { Agent } from './agent/agents.ts';
import { checkVolume, volumePath } from './agent/disk.ts';
import { assignGpus } from './agent/gpu.ts';
import { freeOf, misfit, portsOf, volumesOf } from './agent/ledger.ts';
import type { Entry } from './agent/ledger.ts';
import { busyPort } from './agent/port.ts';
import { EngineError, isCode, textOf } from './error.ts';
import { syncDirectory, writeJson } from './json-file.ts';
import { parseChecksum } from './artifact/digest.ts';
import { isRlimit } from './host/rlimit.ts';
import { checkHostVolume } from './host-volume.ts';
import { isHostname } from './jail/hosts.ts';
import { files, placeOf } from './task/place.ts';
import type { TaskPlace } from './task/place.ts';
import { secretProblem } from './task/secret.ts';
import type { SecretName } from './task/secret.ts';
import { artifactPath, inside, unknownUser } from './task/stage.ts';
import { LocalTask } from './task/task.ts';
import { liveTasksOf } from './world.ts';
import type { World } from './world.ts';

/** Resolves when everything that a restart needs is on disk. Rejects, having changed nothing, with the reason. */
export const launch = async (world: World, service: string, wanted: Launch): Promise<void> => {
  const { reservation } = wanted;
  const known = world.ledger.get(reservation.id);
  const fresh = wanted.tasks.filter((task) => !world.tasks.has(task.taskId));
  if (known?.operationId === wanted.operationId && fresh.length === 0) return;
  const agent = await permit(world, service, wanted, fresh);
  if (agent.network !== undefined) await world.network?.ensure(agent.index);
  const gpus = gpusFor(world, agent, reservation, known);
  const places = fresh.map((task) => placeFor(world, service, wanted, task, agent, gpus));
  const entry: Entry = {
    service,
    reservation,
    operationId: wanted.operationId,
    taskIds: [...liveTasksOf(world, reservation.id).map((task) => task.place.id), ...places.map((place) => place.id)],
    volumes: union(known?.volumes ?? [], volumesOf(reservation)),
    ...(Object.keys(gpus).length > 0 && { gpus }),
  };
  try {
    for (const volume of entry.volumes) mkdirSync(volumePath(world.home, volume), { recursive: true, mode: 0o750 });
    syncDirectory(world.home.volumes);
    for (const [at, place] of places.entries()) {
      const secrets = fresh[at]?.secrets ?? [];
      if (secrets.length > 0) await world.secretsOf(world.jail.mode)?.put(place.container, secrets);
      mkdirSync(place.directory, { mode: 0o700 });
      writeJson(join(place.directory, files.record), place.record);
    }
    syncDirectory(world.home.tasks);
    world.ledger.put(entry);
  } catch (error) {
    undo(
      world,
      places,
      entry.volumes.filter((volume) => !known?.volumes.some((each) => each.id === volume.id)),
    );
    throw isCode(error, 'ENOSPC', 'EDQUOT') ? diskFull(world, error) : error;
  }
  for (const place of places) world.tasks.set(place.id, new LocalTask(world, place));
  world.offersChanged();
};

const permit = async (world: World, service: string, wanted: Launch, fresh: readonly EngineTask[]): Promise<Agent> => {
  const { reservation } = wanted;
  const agent = world.agents.get(reservation.agentId);
  if (agent === undefined) throw refusal(`there is no agent ${reservation.agentId}`);
  const state = world.agents.stateOf(agent.id);
  if (state !== 'up') throw refusal(`${agent.id} is ${state}`);
  const known = world.ledger.get(reservation.id);
  if (known !== undefined && (known.service !== service || known.reservation.agentId !== agent.id)) {
    throw refusal(`reservation ${reservation.id} is that of ${known.service} on ${known.reservation.agentId}`);
  }
  const others = world.ledger.onAgent(agent.id).filter((entry) => entry.reservation.id !== reservation.id);
  for (const volume of known?.volumes ?? []) checkVolume(world.home, volume);
  const reason = misfit(reservation, agent, others) ?? maintenanceProblem(world, wanted, agent);
  if (reason !== undefined) throw refusal(reason);
  const minimum = diskOf(world.home.engine).freeMiB;
  if (minimum < diskSlackMiB) throw refusal(`the disk of ${world.home.engine} is nearly full: ${minimum} MiB are free`);
  for (const task of fresh) validate(world, wanted, task);
  const names = new Set(fresh.map((task) => task.resourceSet));
  for (const running of liveTasksOf(world, reservation.id)) {
    const { set } = running.place.record;
    if (names.has(set.name)) throw refusal(`${running.place.id} still runs in the resource set ${set.name}`);
  }
  const ports = portsOf(reservation.sets.filter((set) => names.has(set.name)));
  const busy = await busyPort(agent.address, ports, agent.network);
  if (busy !== undefined) {
    // Whoever has it is not in the ledger: what is offered must leave it out, or the same is chosen again.
    world.offersChanged();
    throw refusal(busy);
  }
  return agent;
};

/** With less than this even the records of tasks may not fit. */
const diskSlackMiB = 16;

const validate = (world: World, { reservation }: Launch, task: EngineTask): void => {
  if (!reservation.sets.some((set) => set.name === task.resourceSet)) {
    throw refusal(`${task.taskId} wants the resource set ${task.resourceSet}, which ${reservation.id} does not have`);
  }
  if (world.jail.userOf(task.user) === undefined) throw unknownUser(task.user);
  for (const { path } of task.files) inside(path, 'a file');
  for (const { path } of volumesOf(reservation)) inside(path, 'a volume');
  for (const { file } of task.secrets ?? []) if (file !== undefined) inside(file, 'a secret');
  for (const each of task.hostVolumes ?? []) checkHostVolume(world.home, each);
  const problem = featureProblem(world, task);
  if (problem !== undefined) throw refusal(problem);
  for (const { uri, dest, checksum } of task.artifacts) {
    artifactPath(dest, uri);
    if (checksum !== undefined) parseChecksum(checksum);
  }
  const strange = task.rlimits.find((each) => !isRlimit(each.name));
  if (strange !== undefined) throw refusal(`there is no limit named ${strange.name}`);
};

/** The core knows it from the offers, as they were a moment ago. */
const maintenanceProblem = ({ agents, ledger }: World, wanted: Launch, agent: Agent): string | undefined => {
  const maintenance = agents.maintenanceOf(agent.id);
  if (maintenance === 'drained' && wanted.tasks.length > 0) return `${agent.id} is drained`;
  return maintenance !== undefined && ledger.get(wanted.reservation.id) === undefined
    ? `${agent.id} is ${maintenance}`
    : undefined;
};

/** The spec was not refused, so something has changed since (another machine, no root): better late than not at all. */
const featureProblem = (world: World, { secrets = [], ...task }: EngineTask): string | undefined => {
  const needs: readonly (Feature | false)[] = [
    secrets.length > 0 && 'secrets',
    (task.hostVolumes ?? []).length > 0 && 'host-volumes',
    task.sharePid === true && 'share-pid',
    task.shareIpc === true && 'share-ipc',
    task.shmSizeMiB !== undefined && 'shm-size',
    task.seccomp?.kind === 'profile' && 'seccomp-profiles',
    task.limits !== undefined && 'resource-limits',
  ];
  const missing = needs.find((need) => need !== false && !world.jail.features.includes(need));
  if (missing !== undefined) return `this machine cannot give ${task.name} what it asks for: ${String(missing)}`;
  const strange = [...(task.hostnames ?? []), ...task.vips.flatMap(({ hostname }) => hostname ?? [])].find(
    (name) => !isHostname(name),
  );
  if (strange !== undefined) return `"${strange}" is no host name`;
  return secretProblem(secrets);
};

/** Those that its sets had before, else free ones. */
const gpusFor = (world: World, agent: Agent, { id, sets }: Reservation, known: Entry | undefined) => {
  const others = world.ledger.onAgent(agent.id).filter((entry) => entry.reservation.id !== id);
  return assignGpus(sets, freeOf(agent, others).gpus, known?.gpus ?? {});
};

/** No capacity, by whatever name: the next step is the scheduler's, with another offer. */
const refusal = (message: string): EngineError => new EngineError('engine-launch-refused', message, '');

const diskFull = (world: World, cause: unknown): EngineError =>
  new EngineError('engine-disk-full', `no space left on the disk of ${world.home.engine}`, 'free some disk', { cause });

const placeFor = (
  world: World,
  service: string,
  { reservation }: Launch,
  { secrets, ...task }: EngineTask,
  agent: Agent,
  gpus: Readonly<Record<string, readonly string[]>>,
): TaskPlace => {
  const set = reservation.sets.find((each) => each.name === task.resourceSet);
  if (set === undefined) throw refusal(`no resource set ${task.resourceSet}`);
  return placeOf(world.home, {
    service,
    reservationId: reservation.id,
    agentId: agent.id,
    mode: world.jail.mode,
    ...(agent.network !== undefined && { network: agent.network }),
    address: agent.address,
    set,
    ...(reservation.volumes !== undefined && { volumes: reservation.volumes }),
    ...(gpus[set.name] !== undefined && { gpus: gpus[set.name] }),
    launchedMs: Date.now(),
    task,
    ...(secrets !== undefined &&
      secrets.length > 0 && {
        secrets: secrets.map(nameOf),
      }),
  });
};

/** The value stays in memory. */
const nameOf = ({ envKey, file }: EngineSecret): SecretName => ({
  ...(envKey !== undefined && { envKey }),
  ...(file !== undefined && { file }),
});

const union = (one: readonly ReservedVolume[], other: readonly ReservedVolume[]): readonly ReservedVolume[] => [
  ...new Map([...one, ...other].map((volume) => [volume.id, volume])).values(),
];

const undo = (world: World, places: readonly TaskPlace[], volumes: readonly ReservedVolume[]): void => {
  try {
    for (const place of places) {
      rmSync(place.directory, { recursive: true, force: true });
      world.secretsOf(place.record.mode)?.remove(place.container);
    }
    for (const volume of volumes) rmSync(volumePath(world.home, volume), { recursive: true, force: true });
  } catch (error) {
    world.log.error({ err: error }, `what a failed launch left could not be removed: ${textOf(error)}`);
  }
};
