import type { Scheduler } from '@warder/scheduler';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { within } from '../http/within.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, serviceRoute } from '../route.ts';
import { endpointNames, endpointView, viewEndpoint } from '../view/endpoint.ts';

const LIMIT_MS = 30_000;

export const endpointRoutes = [
  serviceRoute({
    method: 'GET',
    path: '/endpoints',
    summary: 'Names of the endpoints',
    output: z.array(z.string()),
    handle: ({ service }) => ok(namesOf(service)),
  }),
  serviceRoute({
    method: 'GET',
    path: '/endpoints/{endpoint}',
    summary: 'Where clients connect to',
    params: { endpoint: 'The name of an endpoint' },
    output: endpointView.or(z.unknown().describe('What the package answers')),
    handle: async ({ service, params, signal }) => {
      const { endpoint } = params;
      if (service.host.outline.endpoints.includes(endpoint)) {
        return ok(
          await within(LIMIT_MS, signal, `the endpoint ${endpoint}`, (limit) => service.endpoint(endpoint, limit)),
        );
      }
      const view = viewEndpoint(service.state, endpoint, service.session.vips());
      if (view === undefined) throw unknown(service, endpoint);
      return ok(view);
    },
  }),
];

function namesOf(service: Scheduler): string[] {
  return [...new Set([...endpointNames(service.state), ...service.host.outline.endpoints])];
}

function unknown(service: Scheduler, name: string): ApiFailure {
  const next = nextAfterUnknown(name, namesOf(service), `warder ${service.name} endpoints`);
  return new ApiFailure(404, 'endpoint-unknown', `${service.name} has no endpoint ${name}`, next);
}
