import { z } from 'zod';
import { ApiFailure } from '../failure.ts';
import { nextAfterUnknown } from '../nearest.ts';
import { ok, route } from '../route.ts';

const packageInfo = z
  .object({
    name: z.string(),
    version: z.string(),
    versions: z.array(z.string()).readonly().describe('Of the application; the first is the default'),
    description: z.string(),
  })
  .meta({ id: 'Package' });

export const packageRoutes = [
  route({
    method: 'GET',
    path: '/v1/packages',
    summary: 'What can be installed',
    output: z.array(packageInfo).readonly(),
    handle: async ({ host }) => ok(await host.packages()),
  }),
  route({
    method: 'GET',
    path: '/v1/packages/{name}',
    summary: 'One package, with the schema of its options',
    params: {},
    output: packageInfo.extend({
      options: z.unknown().describe('A JSON Schema'),
      readme: z.string().optional(),
    }),
    handle: async ({ host, params }) => {
      const found = await host.package(params.name);
      if (found !== undefined) return ok(found);
      const names = (await host.packages()).map((info) => info.name);
      const next = nextAfterUnknown(params.name, names, 'warder package list');
      throw new ApiFailure(404, 'package-unknown', `there is no package ${params.name}`, next);
    },
  }),
];
