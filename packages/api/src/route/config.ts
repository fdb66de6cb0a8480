import type { ConfigRecord } from '@warder/core';
import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute } from '../route.ts';

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
];

const targetId = (service: Scheduler): string => service.state.service?.targetConfigId ?? '';

function demandConfig(service: Scheduler, id: string): ConfigRecord {
  const found = service.state.configs.get(id);
  if (found !== undefined) return found;
  const next = nextAfterUnknown(id, [...service.state.configs.keys()], `warder ${service.name} config list`);
  throw new ApiFailure(404, 'config-unknown', `${service.name} has no configuration ${id}`, next);
}
