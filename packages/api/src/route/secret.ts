/** Secrets go in and never come out; the certificate that vouches for tasks. */
import type { State } from '@warder/core';
import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { flag } from '../flag.ts';
import type { Host } from '../host.ts';
import { ok, route } from '../route.ts';

const secret = z
  .object({
    path: z.string(),
    version: z.number().describe('1, and one more each time that a value is put'),
    sizeBytes: z.number(),
    createdMs: z.number(),
    updatedMs: z.number(),
    services: z.array(z.string()).describe('Those whose target configuration names it'),
  })
  .meta({ id: 'Secret' });

const BYTES_MAX = 1024 * 1024;

const path = 'A `/` in it is written `%2F`';

export const secretRoutes = [
  route({
    method: 'GET',
    path: '/v1/secrets',
    summary: 'The secrets that there are, without their values',
    output: z.array(secret),
    handle: ({ host }) => ok(host.secrets.list().map((info) => ({ ...info, services: servicesWith(host, info.path) }))),
  }),
  route({
    method: 'PUT',
    path: '/v1/secrets/{path}',
    summary: 'Put the value of a secret, the bytes of the body as they are; tasks have it from their next launch on',
    params: { path },
    upload: BYTES_MAX,
    output: secret,
    statuses: { 413: 'The value is larger than 1 MiB' },
    handle: async ({ host, by, params, upload }) => {
      const info = await host.secrets.put(by, params.path, upload);
      return ok({ ...info, services: servicesWith(host, info.path) });
    },
  }),
  route({
    method: 'DELETE',
    path: '/v1/secrets/{path}',
    summary: 'Delete a secret; tasks that have it keep it until they end, and are not launched again without it',
    params: { path },
    query: z.object({ force: flag('Also when services name it') }),
    output: z.object({ ok: z.literal(true), message: z.string() }),
    statuses: { 409: 'Services name it, and it was not forced' },
    handle: async ({ host, by, params: { path: wanted }, query }) => {
      const services = servicesWith(host, wanted);
      const isKnown = host.secrets.list().some((info) => info.path === wanted);
      if (isKnown && services.length > 0 && !query.force) throw secretUsed(wanted, services);
      await host.secrets.delete(by, wanted);
      const waits = services.length === 0 ? '' : `; what is launched next of ${services.join(', ')} waits for it`;
      return ok({ ok: true as const, message: `${wanted} is deleted${waits}` });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/tls/ca',
    summary: 'The certificate (PEM) that vouches for the certificates of tasks: what their clients are to trust',
    output: z.object({ certificate: z.string() }),
    handle: async ({ host }) => ok({ certificate: await host.authority() }),
  }),
];

function secretUsed(path: string, services: readonly string[]): ApiFailure {
  const message = `${path} is not deleted: ${services.join(', ')} could not be launched again without it`;
  const next = `put another value: warder secret put ${path}; or delete it all the same: warder secret delete ${path} --force`;
  return new ApiFailure(409, 'secret-used', message, next, services);
}

const servicesWith = (host: Host, wanted: string): string[] =>
  host
    .services()
    .flatMap(({ name, scheduler }) => (scheduler !== undefined && names(scheduler.state, wanted) ? [name] : []));

function names({ configs, service }: State, wanted: string): boolean {
  const pods = configs.get(service?.targetConfigId ?? '')?.spec.pods ?? [];
  return pods.some(({ secrets = [] }) => secrets.some((secret) => secret.secret === wanted));
}
