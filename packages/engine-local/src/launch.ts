/** Make a reservation so and launch tasks in it: all or nothing. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ReservedVolume } from '@warder/core';
import type { EngineTask, Launch } from '@warder/engine';
import { diskOf } from './agent/size.ts';
import type { Agent } from './agent/agents.ts';
import { misfit, portsOf } from './agent/ledger.ts';
import type { Entry } from './agent/ledger.ts';
import { busyPort } from './agent/port.ts';
import { EngineError, isCode, textOf } from './error.ts';
import { syncDirectory, writeJson } from './json-file.ts';
import { parseChecksum } from './artifact/digest.ts';
import { isRlimit } from './host/rlimit.ts';
import { files, placeOf } from './task/place.ts';
import type { TaskPlace } from './task/place.ts';
import { artifactPath, inside, unknownUser, volumePath } from './task/stage.ts';
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
  const places = fresh.map((task) => placeFor(world, service, wanted, task, agent));
  const entry: Entry = {
    service,
    reservation,
    operationId: wanted.operationId,
    taskIds: [...liveTasksOf(world, reservation.id).map((task) => task.place.id), ...places.map((place) => place.id)],
    volumes: union(
      known?.volumes ?? [],
      reservation.sets.flatMap((set) => set.volumes),
    ),
  };
  try {
    for (const volume of entry.volumes) mkdirSync(volumePath(world.home, volume.id), { recursive: true, mode: 0o750 });
    syncDirectory(world.home.volumes);
    for (const place of places) {
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
  const reason = misfit(reservation, agent.total, others);
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
  for (const set of reservation.sets) for (const { path } of set.volumes) inside(path, 'a volume');
  for (const { uri, dest, checksum } of task.artifacts) {
    artifactPath(dest, uri);
    if (checksum !== undefined) parseChecksum(checksum);
  }
  const strange = task.rlimits.find((each) => !isRlimit(each.name));
  if (strange !== undefined) throw refusal(`there is no limit named ${strange.name}`);
};

/** No capacity, by whatever name: the next step is the scheduler's, with another offer. */
const refusal = (message: string): EngineError => new EngineError('engine-launch-refused', message, '');

const diskFull = (world: World, cause: unknown): EngineError =>
  new EngineError('engine-disk-full', `no space left on the disk of ${world.home.engine}`, 'free some disk', { cause });

const placeFor = (
  world: World,
  service: string,
  { reservation }: Launch,
  task: EngineTask,
  agent: Agent,
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
    launchedMs: Date.now(),
    task,
  });
};

const union = (one: readonly ReservedVolume[], other: readonly ReservedVolume[]): readonly ReservedVolume[] => [
  ...new Map([...one, ...other].map((volume) => [volume.id, volume])).values(),
];

const undo = (world: World, places: readonly TaskPlace[], volumes: readonly ReservedVolume[]): void => {
  try {
    for (const place of places) rmSync(place.directory, { recursive: true, force: true });
    for (const volume of volumes) rmSync(volumePath(world.home, volume.id), { recursive: true, force: true });
  } catch (error) {
    world.log.error({ err: error }, `what a failed launch left could not be removed: ${textOf(error)}`);
  }
};
