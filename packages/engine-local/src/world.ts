/** What the parts of one local engine share. */
import type { EngineEvent } from '@warder/engine';
import type { Agents } from './agent/agents.ts';
import type { Ledger } from './agent/ledger.ts';
import type { Network } from './agent/network.ts';
import type { Home } from './home.ts';
import type { JailHost } from './host/probe.ts';
import type { Hosts } from './jail/hosts.ts';
import type { Jail } from './jail/jail.ts';
import type { Log } from './log.ts';
import type { LocalTask, TaskWorld } from './task/task.ts';
import type { Vips } from './vip/vips.ts';

export type World = TaskWorld & {
  readonly home: Home;
  readonly host: JailHost;
  readonly log: Log;
  readonly agents: Agents;
  readonly ledger: Ledger;
  readonly network: Network | undefined;
  /** By task id; ended ones too, until their directory is removed. */
  readonly tasks: Map<string, LocalTask>;
  /** What new tasks run in. */
  readonly jail: Jail;
  readonly vips: Vips;
  readonly hosts: Hosts;
  /** Removes the control groups and the networks of agents that nothing is on. */
  readonly removeIdle: () => Promise<void>;
  readonly emit: (service: string, event: EngineEvent) => void;
  /** Free resources are others now: tell every session, soon and once. */
  readonly offersChanged: () => void;
  /** One after the other: what is checked then still holds when it is done. */
  readonly serial: <T>(work: () => Promise<T>) => Promise<T>;
};

export const liveTasksOf = (world: World, reservationId: string): readonly LocalTask[] =>
  [...world.tasks.values()].filter((task) => !task.ended && task.place.record.reservationId === reservationId);
