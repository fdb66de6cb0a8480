/** A package for the tests of this package, with code that they can steer. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const METADATA = `
name: demo
version: 0.1.0
description: For tests.
versions: [1.0.0, 2.0.0]
`;

const OPTIONS = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  additionalProperties: false,
  properties: {
    count: { type: 'integer', minimum: 1, maximum: 5, default: 2, description: 'How many instances.' },
    greeting: { type: 'string', default: 'hello', description: 'What it says.' },
  },
};

const SERVICE = `
name: {{name}}
web-url: http://{{name}}.example
scheduler:
  user: nobody
pods:
  web:
    count: {{count}}
    tasks:
      server:
        goal: RUNNING
        cmd: "exec sleep 1000"
        cpus: 0.1
        memory: 32
        ports:
          http:
            port: 0
            advertise: true
        env:
          GREETING: "{{greeting}}"
plans:
  backup:
    strategy: serial
    phases:
      web:
        strategy: parallel
        pod: web
  careful:
    strategy: serial
    phases:
      web:
        strategy: canary
        pod: web
        steps:
          - call: greet
      sure:
        strategy: serial
        steps:
          - approve: is it well?
`;

/** The gate is closed as long as the file is there: the code runs in a thread of its own. */
const CODE = `
import { existsSync } from 'node:fs';

export default {
  spec: ({ spec, options }) => {
    if (options.greeting === 'rude') throw Object.assign(new Error('not that'), { name: 'PackageError', code: 'demo-greeting', status: 400, next: 'be kind' });
    if (options.greeting === 'throw') throw new Error('no such greeting');
    const image = options.greeting === 'image' ? { image: 'alpine' } : {};
    return { ...spec, pods: spec.pods.map((pod) => ({ ...pod, ...image, gates: { stop: ['safe'], replace: ['safe'], start: [] } })) };
  },
  gates: {
    safe: async () => ({ open: !existsSync(import.meta.dirname + '/closed'), reason: 'the demo gate is closed' }),
  },
  procedures: { greet: async ({ instance }) => instance?.name },
  plans: {
    upgrade: {
      summary: 'To another version.',
      params: { to: 'which' },
      make: async ({ params }) => ({
        strategy: 'serial',
        phases: [{ name: 'to', strategy: 'serial', steps: [{ kind: 'configure', name: 'to', change: { version: params.to, options: { greeting: 'new' } } }] }],
      }),
    },
  },
  endpoints: { bootstrap: async (service) => service.name + ' says ' + service.options.greeting },
  routes: [
    { method: 'GET', path: '/topics', summary: 'Names', query: { prefix: 'Begin' }, handle: async ({ query }) => [query.prefix ?? '', 'a'] },
    { method: 'GET', path: '/topics/{topic}', summary: 'One', handle: async ({ params }) => params },
    { method: 'GET', path: '/topics/first', summary: 'The first', handle: async () => 'first' },
    { method: 'POST', path: '/topics', summary: 'Make', handle: async ({ body, service }) => ({ body, version: service.version }) },
    {
      method: 'DELETE',
      path: '/topics/{topic}',
      summary: 'Refuses',
      handle: async ({ params }) => {
        throw Object.assign(new Error('topic ' + params.topic + ' is in use'), { name: 'PackageError', code: 'topic-used', status: 423 });
      },
    },
    { method: 'GET', path: '/broken', summary: 'Breaks', handle: async () => { throw new TypeError('oops'); } },
  ],
};
`;

/** `lines`: more of package.yml. */
export function writeTestPackage(catalog: string, version = '0.1.0', lines = ''): void {
  const folder = join(catalog, 'demo');
  mkdirSync(join(folder, 'src'), { recursive: true });
  writeFileSync(join(folder, 'package.yml'), METADATA.replace('0.1.0', version) + lines);
  writeFileSync(join(folder, 'options.json'), JSON.stringify(OPTIONS));
  writeFileSync(join(folder, 'service.yml'), SERVICE);
  writeFileSync(join(folder, 'src', 'index.ts'), CODE);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
}

export const closeGate = (catalog: string): void => writeFileSync(join(catalog, 'demo', 'src', 'closed'), '');
export const openGate = (catalog: string): void => rmSync(join(catalog, 'demo', 'src', 'closed'), { force: true });
