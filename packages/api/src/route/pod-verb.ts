import type { StartRequest } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { begin, startQuery } from '../answer.ts';
import { flag } from '../flag.ts';
import { serviceRoute } from '../route.ts';
import { dryRunView } from '../view/dry-run.ts';
import { viewInstance } from '../view/pod.ts';
import { demandInstance, instanceParam } from './pod.ts';

const forceQuery = startQuery.extend({ force: flag('Pass the gates before it, with the risk that they name') });
const statuses = {
  208: 'It is being done already',
  409: 'A gate is closed: the reasons are in `error.detail`',
};
const startedPod = z
  .object({ pod: z.string(), tasks: z.array(z.string()), message: z.string(), runId: z.string().optional() })
  .meta({ id: 'StartedPod' });
const output = z.union([startedPod, dryRunView]);
/** No body is an empty list. */
const tasks = z
  .union([z.array(z.string()), z.strictObject({})])
  .describe('Names of tasks; none: all')
  .transform((given) => (Array.isArray(given) ? given : []));

export const podVerbRoutes = [
  serviceRoute({
    method: 'POST',
    path: '/pod/{instance}/restart',
    summary: 'Stop and start the tasks of an instance in place, with its data',
    params: instanceParam,
    query: forceQuery,
    output,
    statuses,
    handle: ({ service, params: { instance }, query, by }) =>
      change(service, by, { type: 'pod-restart', instance, force: query.force }, query),
  }),
  serviceRoute({
    method: 'POST',
    path: '/pod/{instance}/replace',
    summary: 'Destroy the volumes of an instance and start it empty, perhaps elsewhere',
    params: instanceParam,
    query: forceQuery,
    output,
    statuses,
    handle: ({ service, params: { instance }, query, by }) =>
      change(service, by, { type: 'pod-replace', instance, force: query.force }, query),
  }),
  serviceRoute({
    method: 'POST',
    path: '/pod/{instance}/pause',
    summary: 'Stop tasks of an instance and keep them stopped; its place and volumes stay',
    params: instanceParam,
    query: forceQuery,
    input: tasks,
    output,
    statuses,
    handle: ({ service, params: { instance }, query, input, by }) =>
      change(service, by, { type: 'pod-pause', instance, tasks: input, force: query.force }, query),
  }),
  serviceRoute({
    method: 'POST',
    path: '/pod/{instance}/resume',
    summary: 'Start tasks that were paused',
    params: instanceParam,
    query: startQuery,
    input: tasks,
    output,
    statuses,
    handle: ({ service, params: { instance }, query, input, by }) =>
      change(service, by, { type: 'pod-resume', instance, tasks: input }, query),
  }),
];

type PodRequest = Extract<StartRequest, { readonly instance: string }>;

async function change(service: Scheduler, by: string, request: PodRequest, query: z.output<typeof startQuery>) {
  const { name } = demandInstance(service, request.instance);
  const { status, body } = await begin(service, by, request, query);
  if ('hash' in body) return { status, body };
  const { message, runId } = body;
  const named = 'tasks' in request && request.tasks.length > 0 ? request.tasks : undefined;
  const all = viewInstance(service.state, name).tasks.map((task) => task.name);
  const changed = named === undefined ? all : named.map((task) => `${name}-${task}`);
  return { status, body: { pod: name, tasks: changed, message, ...(runId === undefined ? {} : { runId }) } };
}
