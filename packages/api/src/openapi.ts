import { z } from 'zod';
import type { Route } from './route.ts';

const COMPONENTS = '#/components/schemas/';

const errorSchema = z
  .object({
    error: z.object({
      code: z.string().describe('Stable'),
      message: z.string(),
      next: z.string().describe('What to do now'),
      detail: z.unknown().optional(),
    }),
  })
  .meta({ id: 'Error' });

/** The OpenAPI 3.1 document of a route table. */
export function openApiOf(routes: readonly Route[], version: string): object {
  const components: Record<string, unknown> = {};
  const errorRef = schemaOf(errorSchema, 'output', components);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const methods = (paths[route.path] ??= {});
    methods[route.method.toLowerCase()] = operation(route, components, errorRef);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Warder',
      version,
      description: 'Packages may add more routes below /service/{name}/v1; see their documentation.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    security: [{ token: [] }],
    paths,
    components: { schemas: components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operation(route: Route, components: Record<string, unknown>, errorRef: object): object {
  const content = contentOf(route, components);
  const successes = Object.entries(route.statuses).filter(([status]) => Number(status) < 400 || status === '503');
  const responses = Object.fromEntries([
    ['200', { description: 'Done', content }],
    ...successes.map(([status, description]) => [status, { description, content }]),
    ...Object.entries(route.statuses)
      .filter(([status]) => Number(status) >= 400 && status !== '503')
      .map(([status, description]) => [status, { description, content: status === '417' ? content : json(errorRef) }]),
    ['default', { description: 'An error', content: json(errorRef) }],
  ]);
  return {
    summary: route.summary,
    operationId: operationId(route),
    parameters: parametersOf(route, components),
    ...(route.input === undefined
      ? {}
      : { requestBody: { required: true, content: json(schemaOf(route.input, 'input', components)) } }),
    ...(route.upload === undefined ? {} : { requestBody: { required: true, content: fileOf(route.upload) } }),
    responses,
    ...(route.open ? { security: [] } : {}),
  };
}

function parametersOf(route: Route, components: Record<string, unknown>): readonly object[] {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const inPath = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: route.params[name] ?? 'The name, URL-encoded',
  }));
  const inQuery = Object.entries(route.query.shape).map(([name, schema]) => ({
    name,
    in: 'query',
    required: !schema.safeParse(undefined).success,
    schema: schemaOf(schema, 'input', components),
  }));
  return [...inPath, ...inQuery];
}

function contentOf({ output }: Route, components: Record<string, unknown>): object {
  if (typeof output !== 'string') return json(schemaOf(output, 'output', components));
  return { [output]: { schema: { type: 'string' } } };
}

function fileOf(maxLength: number): object {
  const file = { type: 'string', format: 'binary', maxLength };
  return {
    'multipart/form-data': { schema: { type: 'object', properties: { file }, required: ['file'] } },
    'application/octet-stream': { schema: file },
  };
}

const json = (schema: object): object => ({ 'application/json': { schema } });

/** The JSON Schema of a value; named parts of it (`meta({ id })`) go to the components. */
function schemaOf(schema: z.core.$ZodType, io: 'input' | 'output', components: Record<string, unknown>): object {
  const made = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', reused: 'inline' });
  const { $schema: _, $defs = {}, ...rest } = relocate(made);
  Object.assign(components, $defs);
  const { id } = rest;
  if (typeof id !== 'string') return rest;
  components[id] ??= rest;
  return { $ref: `${COMPONENTS}${id}` };
}

/** The same with references into the components. */
function relocate(schema: object): Record<string, unknown> & { $defs?: object } {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', `"${COMPONENTS}`));
}

/** `getServiceNamePlansPlan`: unique, since method and path are. */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
