import { diff } from '@warder/core';
import type { ConfigRecord } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { begin, startAnswer, startQuery } from '../answer.ts';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute, stream } from '../route.ts';
import { fieldDiff } from '../view/step.ts';

const config = z.custom<ConfigRecord>().meta({
  id: 'Configuration',
  description: 'The spec, the options given and with defaults, and the versions',
});

export const configRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/configurations',
    summary: 'Ids of the configurations that are kept',
    output: z.array(z.string()),
    handle: ({ service }) => ok([...service.state.configs.keys()]),
  }),
  serviceRoute({
    method: 'GET',
    path: '/configurations/targetId',
    summary: 'The id of the configuration that the service is to have',
    output: z.array(z.string()),
    handle: ({ service }) => ok([targetId(service)]),
  }),
  serviceRoute({
    method: 'GET',
    path: '/configurations/target',
    summary: 'The configuration that the service is to have',
    output: config,
    handle: ({ service }) => ok(demandConfig(service, targetId(service))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/configurations/{id}',
    summary: 'One configuration',
    params: { id: 'The id of a configuration' },
    output: config,
    handle: ({ service, params }) => ok(demandConfig(service, params.id)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/configurations/{id}/diff/{other}',
    summary: 'What differs from one configuration to another, field by field',
    params: { id: 'The id of a configuration', other: 'The id of the other one' },
    output: z.array(fieldDiff).readonly(),
    handle: ({ service, params }) =>
      ok(diff(contentsOf(demandConfig(service, params.id)), contentsOf(demandConfig(service, params.other)))),
  }),
  serviceRoute({
    method: 'POST',
    path: '/configurations/{id}/rollback',
    summary: 'Make the contents of a kept configuration the target again',
    params: { id: 'The id of a configuration' },
    query: startQuery,
    output: startAnswer,
    statuses: { 208: 'It is the target already; nothing was done' },
    handle: async ({ service, params, query, by }) => {
      const { id } = demandConfig(service, params.id);
      return await begin(service, by, { type: 'config-rollback', configId: id }, query);
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/artifacts/template/{id}/{pod}/{task}/{config}',
    summary: 'The template of a config file, as a configuration has it',
    params: {
      id: 'The id of a configuration',
      pod: 'The name of a pod',
      task: 'The name of a task of it',
      config: 'The name of a config file of that',
    },
    output: 'text/plain; charset=utf-8',
    handle: ({ service, params }) => {
      const { spec } = demandConfig(service, params.id);
      const task = spec.pods.find(({ name }) => name === params.pod)?.tasks.find(({ name }) => name === params.task);
      const file = task?.configs.find(({ name }) => name === params.config);
      if (file !== undefined) return stream('text/plain; charset=utf-8', once(file.template));
      const what = `${params.pod}/${params.task}/${params.config}`;
      const next = `see its pods: warder ${service.name} config show ${params.id}`;
      throw new ApiFailure(404, 'template-unknown', `${params.id} has no template ${what}`, next);
    },
  }),
];

/** What a configuration is, without when it was made. */
const contentsOf = ({ version, packageVersion, options, spec }: ConfigRecord): unknown => ({
  version,
  packageVersion,
  options,
  spec,
});

async function* once(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

const targetId = (service: Scheduler): string => service.state.service?.targetConfigId ?? '';

function demandConfig(service: Scheduler, id: string): ConfigRecord {
  const found = service.state.configs.get(id);
  if (found !== undefined) return found;
  const next = nextAfterUnknown(id, [...service.state.configs.keys()], `warder ${service.name} config list`);
  throw new ApiFailure(404, 'config-unknown', `${service.name} has no configuration ${id}`, next);
}
