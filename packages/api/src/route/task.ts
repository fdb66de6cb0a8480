import { dirname } from 'node:path';
import type { TaskRecord } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { count, flag } from '../flag.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute, stream } from '../route.ts';
import { findTask, fullName, taskView, viewTasks } from '../view/task.ts';

const MiB = 1024 * 1024;
const task = 'A task by its full name (`broker-0-server`) or its id';

export const taskRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/tasks',
    summary: 'The current (or last) task of each name of each instance',
    output: z.array(taskView),
    handle: ({ service }) => ok(viewTasks(service.state)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/tasks/{task}/logs',
    summary: 'What a task printed',
    params: { task },
    query: z.object({
      stream: z.enum(['stdout', 'stderr']).default('stdout'),
      tail: count('So many bytes from the end; default 64 KiB', 1024 * MiB),
      follow: flag('Go on with what comes, until the connection ends'),
    }),
    output: 'text/plain; charset=utf-8',
    handle: ({ service, params, query, signal }) => {
      // The engine keeps what the last few tasks of a name have printed: those are asked for by their ids.
      const isId = params.task.startsWith(`${service.name}__`);
      const id = isId ? params.task : demandTask(service, params.task).id;
      const { stream: source, tail = MiB / 16, follow } = query;
      const chunks = service.session.logs(id, { stream: source, tailBytes: tail, follow, signal });
      return stream('text/plain; charset=utf-8', chunks);
    },
  }),
  serviceRoute({
    method: 'POST',
    path: '/tasks/{task}/exec',
    summary: 'Run a command inside the jail of a task, as its user',
    params: { task },
    input: z.strictObject({
      command: z.array(z.string()).min(1),
      stdin: z.string().optional(),
      timeoutMs: z.number().int().min(1).max(600_000).default(60_000),
    }),
    output: z.object({ exitCode: z.number(), stdout: z.string(), stderr: z.string() }).meta({ id: 'ExecResult' }),
    handle: async ({ service, params, input }) => {
      const { command, stdin, timeoutMs } = input;
      const { id } = demandTask(service, params.task);
      return ok(await service.session.exec(id, command, { timeoutMs, ...(stdin === undefined ? {} : { stdin }) }));
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/tasks/{task}/files',
    summary: 'Files in the working directory of a task',
    params: { task },
    query: z.object({ path: z.string().default('').describe('Below the working directory') }),
    output: z
      .array(
        z
          .object({
            name: z.string(),
            type: z.enum(['file', 'directory', 'link', 'other']),
            size: z.number(),
            mode: z.number(),
            modifiedMs: z.number(),
          })
          .meta({ id: 'File' }),
      )
      .readonly(),
    handle: async ({ service, params, query }) => {
      const found = demandTask(service, params.task);
      return ok(await whereItIs(service, found, query.path, service.session.list(found.id, query.path)));
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/tasks/{task}/file',
    summary: 'The bytes of one file of a task',
    params: { task },
    query: z.object({
      path: z.string().min(1).describe('Below the working directory'),
      offset: count('From this byte on; default 0', Number.MAX_SAFE_INTEGER),
      length: count('At most so many bytes; default (and most) 1 MiB', MiB),
    }),
    output: 'application/octet-stream',
    handle: async ({ service, params, query }) => {
      const { path, offset = 0, length = MiB } = query;
      const found = demandTask(service, params.task);
      const bytes = await whereItIs(service, found, path, service.session.read(found.id, path, { offset, length }));
      return stream('application/octet-stream', once(bytes));
    },
  }),
];

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}

/** The engine knows of ids and paths only; who asks is told of names and commands. */
async function whereItIs<T>(service: Scheduler, record: TaskRecord, path: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'engine-file-missing') throw error;
    const name = fullName(record);
    const folder = dirname(path);
    const next = `see what is there: warder ${service.name} task ls ${name}${folder === '.' ? '' : ` ${folder}`}`;
    throw new ApiFailure(404, error.code, `${name} has no file or folder ${path}`, next);
  }
}

function demandTask(service: Scheduler, name: string): TaskRecord {
  const found = findTask(service.state, name);
  if (found !== undefined) return found;
  const names = [...service.state.tasks.values()].flatMap((tasks) => [...tasks.values()].map(fullName));
  const next = nextAfterUnknown(name, names, `warder ${service.name} task list`);
  throw new ApiFailure(404, 'task-unknown', `${service.name} has no task ${name}`, next);
}
