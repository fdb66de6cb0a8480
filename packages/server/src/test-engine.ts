/**
 * An engine for the tests of this package: one agent in memory, on which every task runs and is ready at once. It
 * outlives the servers that use it, as a cluster does.
 */
import type { Offer, TaskStatus } from '@warder/core';
import type { Engine, EngineEvent, EngineSession, EngineTask, Launch } from '@warder/engine';

type Running = {
  readonly service: string;
  readonly task: EngineTask;
  readonly agentId: string;
  state: TaskStatus['state'];
};

export type TestEngine = Engine & {
  /** Every task that was ever launched, in order: `<service> <task name>`. */
  readonly launched: readonly string[];
  running(): readonly string[];
};

const AGENT: Offer = {
  agentId: 'agent-1',
  hostname: 'host-1',
  address: '127.0.0.1',
  attributes: {},
  state: 'up',
  cpus: 64,
  memoryMiB: 65_536,
  diskMiB: 1_000_000,
  ports: [{ begin: 10_000, end: 20_000 }],
};

export function createTestEngine(): TestEngine {
  const tasks = new Map<string, Running>();
  const reservations = new Map<string, string>();
  const launched: string[] = [];

  const open = async (service: string, listener: (event: EngineEvent) => void): Promise<EngineSession> => {
    let listens = true;
    const tell = (event: EngineEvent): void => queueMicrotask(() => (listens ? listener(event) : undefined));
    const status = (taskId: string): void => {
      const found = tasks.get(taskId);
      const state = found?.state ?? 'LOST';
      const exit = state === 'KILLED' ? { exit: { signal: 'TERM' } } : {};
      const agentId = found?.agentId ?? AGENT.agentId;
      tell({ type: 'status', status: { taskId, agentId, state, ready: state === 'RUNNING', ...exit } });
    };
    const end = (taskId: string): void => {
      const found = tasks.get(taskId);
      if (found?.state === 'RUNNING') found.state = 'KILLED';
      status(taskId);
    };
    const demand = (taskId: string, folder = ''): Running => {
      const found = tasks.get(taskId);
      if (folder !== '' && folder !== '.') throw missing(folder);
      if (found === undefined) throw new Error(`there is no task ${taskId}`);
      return found;
    };
    tell({ type: 'offer', offer: AGENT });
    return {
      launch: ({ operationId, reservation, tasks: wanted }: Launch) => {
        reservations.set(reservation.id, service);
        tell({ type: 'operation', operationId, ok: true });
        for (const task of wanted) {
          if (!tasks.has(task.taskId)) launched.push(`${service} ${task.name}`);
          tasks.set(task.taskId, { service, task, agentId: reservation.agentId, state: 'RUNNING' });
          status(task.taskId);
        }
      },
      kill: end,
      release: (operationId, reservation) => {
        reservations.delete(reservation.id);
        tell({ type: 'operation', operationId, ok: true });
      },
      reconcile: (taskIds, reservationIds) => {
        for (const taskId of taskIds) status(taskId);
        for (const [taskId, task] of tasks) if (task.service === service && !taskIds.includes(taskId)) end(taskId);
        for (const [id, owner] of reservations) {
          if (owner === service && !reservationIds.includes(id)) reservations.delete(id);
        }
      },
      logs: (taskId, options) => logsOf(demand(taskId).task, options.follow, options.signal),
      exec: async (taskId, command) => ({
        exitCode: 0,
        stdout: `${demand(taskId).task.name}: ${command.join(' ')}`,
        stderr: '',
      }),
      list: async (taskId, path) =>
        demand(taskId, path).task.files.map(({ path, content, mode }) => ({
          name: path,
          type: 'file' as const,
          size: content.length,
          mode,
          modifiedMs: 0,
        })),
      read: async (taskId, path, { offset, length }) => {
        const file = demand(taskId).task.files.find((candidate) => candidate.path === path);
        if (file === undefined) throw missing(path);
        return Buffer.from(file.content).subarray(offset, offset + length);
      },
      vips: () => [],
      close: async () => void (listens = false),
      purge: async () => {
        for (const [id, task] of tasks) if (task.service === service) tasks.delete(id);
      },
    };
  };

  return {
    kind: 'test',
    capabilities: {
      offers: 'held',
      reservations: 'full',
      ports: 'per-host',
      statuses: 'level',
      isolation: [],
      vips: false,
      features: [],
    },
    open,
    agents: () => [{ offer: AGENT, total: { cpus: AGENT.cpus, memoryMiB: AGENT.memoryMiB, diskMiB: AGENT.diskMiB } }],
    close: async () => {},
    launched,
    running: () =>
      [...tasks.values()]
        .filter(({ state }) => state === 'RUNNING')
        .map(({ service, task }) => `${service} ${task.name}`),
  };
}

/** As the engines say it. */
const missing = (path: string): Error =>
  Object.assign(new Error(`there is no ${path}`), { code: 'engine-file-missing', next: 'list its folder' });

async function* logsOf(task: EngineTask, follow: boolean, signal: AbortSignal): AsyncIterable<Uint8Array> {
  yield Buffer.from(`hello from ${task.name}\n`);
  for (let line = 1; follow && !signal.aborted; line++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    yield Buffer.from(`line ${line}\n`);
  }
}
