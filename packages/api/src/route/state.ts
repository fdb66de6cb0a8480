/** `/state`: what dcos-commons kept in its state store, and let be read. */
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute, stream } from '../route.ts';
import { propertiesOf, zoneAt, zoneOf, zonesByTask } from '../view/state.ts';

const text = 'text/plain; charset=utf-8';

export const stateRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/state/frameworkId',
    summary: 'The id of the service, the same from its install to its end',
    output: z.array(z.string()),
    handle: ({ service }) => ok([service.state.service?.uid ?? '']),
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/properties',
    summary: 'Names of the properties of the service',
    output: z.array(z.string()),
    handle: ({ service }) => ok(Object.keys(propertiesOf(service.state))),
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/properties/{property}',
    summary: 'One property of the service',
    params: { property: 'The name of a property' },
    output: z.union([z.string(), z.number(), z.boolean()]),
    handle: ({ service, params }) => {
      const properties = propertiesOf(service.state);
      const found = properties[params.property];
      if (found !== undefined) return ok(found);
      const next = nextAfterUnknown(
        params.property,
        Object.keys(properties),
        `warder ${service.name} debug state properties`,
      );
      throw new ApiFailure(404, 'property-unknown', `${service.name} has no property ${params.property}`, next);
    },
  }),
  serviceRoute({
    method: 'PUT',
    path: '/state/refresh',
    summary: 'Nothing: there is no cache that could be refreshed',
    output: z.never(),
    statuses: { 409: 'Always, as dcos-commons without its cache' },
    handle: () => {
      throw new ApiFailure(409, 'no-cache', 'there is no cache: what is read is the state itself', 'just read it');
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/zone/tasks',
    summary: 'The zone of every task that has a place',
    output: z.record(z.string(), z.string()),
    handle: ({ service }) => ok(zonesByTask(service.state)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/zone/tasks/{task}',
    summary: 'The zone of one task',
    params: { task: 'A task by its full name: `broker-0-server`' },
    output: text,
    handle: ({ service, params }) => {
      const zone = zoneOf(service.state, params.task);
      if (zone === undefined) throw zoneUnknown(service.name, `the task ${params.task}`);
      return stream(text, once(zone));
    },
  }),
  serviceRoute({
    method: 'GET',
    path: '/state/zone/{pod}/{address}',
    summary: 'The zone of the instance of a pod that has an address',
    params: { pod: 'The name of a pod', address: 'The address of an instance' },
    output: text,
    handle: ({ service, params }) => {
      const zone = zoneAt(service.state, params.pod, params.address);
      if (zone === undefined) throw zoneUnknown(service.name, `${params.pod} at ${params.address}`);
      return stream(text, once(zone));
    },
  }),
];

function zoneUnknown(service: string, what: string): ApiFailure {
  const next = `agents tell their zones: warder agent list; the places: warder ${service} task list`;
  return new ApiFailure(404, 'zone-unknown', `${what} has no zone: it has no place, or its agent tells none`, next);
}

async function* once(zone: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(zone);
}
