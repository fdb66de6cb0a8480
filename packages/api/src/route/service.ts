import { z } from 'zod';
import { startQuery } from '../answer.ts';
import { accepted, ok, route } from '../route.ts';
import { dryRunView, viewDryRun } from '../view/dry-run.ts';
import { serviceView, viewService } from '../view/service.ts';
import type { Installed } from '../host.ts';

const options = z.record(z.string(), z.unknown());
/** What a name may be made of is a rule of the spec language, and checked there. */
const name = z.string().min(1).max(200);

/** A day: what is watched for longer is watched by a person. */
const SOAK_MAX_S = 86_400;

const rollWish = z
  .strictObject({
    parallel: z.int().min(1).max(1_000).exactOptional().describe('So many instances at the same time, at most'),
    canary: z
      .strictObject({
        soakSeconds: z.number().min(0).max(SOAK_MAX_S).describe('How long it must be well before the rest goes'),
        autoRollback: z.boolean().describe('When it fails, roll back; else wait for a person'),
      })
      .exactOptional()
      .describe('The first instance goes alone, and is judged by a probe of the package'),
  })
  .describe('How the instances that restart are gone through, if not one by one as the plan says');

const started = z.object({
  ok: z.literal(true),
  message: z.string(),
  name: z.string(),
  runId: z.string().optional(),
  notices: z.array(z.string()).readonly().optional().describe('What to know though nothing is wrong'),
});
const refusals = { 400: 'What is wrong with the options is in `error.detail`', 409: 'It conflicts with what there is' };

export const serviceRoutes = [
  route({
    method: 'GET',
    path: '/v1/services',
    summary: 'The installed services',
    output: z.array(serviceView),
    handle: ({ host }) => ok(host.services().map(viewService)),
  }),
  route({
    method: 'POST',
    path: '/v1/services',
    summary: 'Install a package',
    input: z
      .strictObject({
        package: z.string().optional().describe('Of the catalog'),
        from: z.string().optional().describe('Instead: the folder of a package, on the machine of the server'),
        name: name.optional().describe('Default: the name of the package'),
        version: z.string().optional().describe('Of the application'),
        options: options.optional(),
        dryRun: z.boolean().optional().describe('Change nothing; say what would be done'),
      })
      .refine((input) => (input.package === undefined) !== (input.from === undefined), {
        message: 'one of package and from is needed',
      }),
    output: z.union([started, dryRunView]),
    statuses: { 202: 'It is being deployed', ...refusals },
    handle: async ({ host, by, input }) => reply(await host.install(by, input)),
  }),
  route({
    method: 'PUT',
    path: '/v1/services/{name}',
    summary: 'Change the options or the version of a service',
    input: z.strictObject({
      from: z.string().optional().describe('The folder of a newer package, if it was installed from one'),
      options: options.optional().describe('Merged into those given before'),
      replaceOptions: z.boolean().optional().describe('In place of those given before'),
      version: z.string().optional(),
      roll: rollWish.optional(),
      dryRun: z.boolean().optional(),
      hash: z.string().optional().describe('Of a dry run'),
    }),
    output: z.union([started, dryRunView]),
    statuses: { 202: 'It is being updated', ...refusals },
    handle: async ({ host, by, params, input }) => reply(await host.update(by, params.name, input)),
  }),
  route({
    method: 'DELETE',
    path: '/v1/services/{name}',
    summary: 'Uninstall a service: its tasks, its volumes and its records',
    query: startQuery,
    output: z.union([started, dryRunView]),
    statuses: { 202: 'It is being uninstalled' },
    handle: async ({ host, by, params, query }) => reply(await host.uninstall(by, params.name, query)),
  }),
];

function reply(installed: Installed) {
  const { name: service } = installed;
  if (installed.kind === 'dry-run') return ok(viewDryRun(service, installed.dryRun));
  const { message, runId, notices = [] } = installed;
  return accepted({
    ok: true as const,
    message,
    name: service,
    ...(runId === undefined ? {} : { runId }),
    ...(notices.length === 0 ? {} : { notices }),
  });
}
