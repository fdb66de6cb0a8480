import { object, optional, record, required } from '../shape/collection.ts';
import type { JsonSchema, LooseOf, StrictOf } from '../shape/shape.ts';
import { text } from '../shape/scalar.ts';
import { plan } from './plan.ts';
import { pod } from './pod.ts';

const scheduler = object({
  user: optional(text(), 'The OS user of every task; `nobody` if absent.'),
  principal: optional(text(), 'Accepted for old files; Warder has no use for it.'),
  zookeeper: optional(text(), 'Accepted for old files; Warder has no use for it.'),
});

/** The language of service.yml. */
export const service = object({
  name: required(text(), 'The name of the service; `{{name}}` in a package.'),
  'web-url': optional(text(), 'Accepted for old files; Warder has no use for it.'),
  scheduler: optional(scheduler, 'Who runs it.'),
  pods: required(record(pod, { min: 1, what: 'pod' }), 'Pods by name; their order is the order of deployment.'),
  plans: optional(record(plan, { what: 'plan' }), 'Plans by name; `deploy` is one of them.'),
});

export type LooseService = LooseOf<typeof service>;
export type StrictService = StrictOf<typeof service>;
export type LoosePod = LooseOf<typeof pod>;
export type StrictPod = StrictOf<typeof pod>;

/** JSON Schema (draft 2020-12) of service.yml, for editors. */
export const specSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Warder service',
  ...service.schema,
};

/** As a file that an editor can be pointed to. */
export const formatSpecSchema = (): string => `${JSON.stringify(specSchema, null, 2)}\n`;
