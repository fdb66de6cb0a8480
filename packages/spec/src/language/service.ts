import { meaningless, object, optional, record, required } from '../shape/collection.ts';
import type { InputOf, JsonSchema, LooseOf, StrictOf } from '../shape/shape.ts';
import { number, text } from '../shape/scalar.ts';
import { plan } from './plan.ts';
import { pod } from './pod.ts';

const scheduler = object({
  user: optional(text(), 'The OS user of every task; `nobody` if absent.'),
  principal: meaningless('remove it; a token of the server decides who may do what'),
  zookeeper: meaningless('remove it; what must survive is kept in the home of the server'),
});

const replacement = object({
  'permanent-failure-timeout-secs': optional(
    number({ above: 0 }),
    'How long an instance must be down before it is replaced; 1200 if absent.',
  ),
  'min-replace-delay-secs': optional(
    number({ min: 0 }),
    'Seconds between two such replacements in the service; 600 if absent.',
  ),
});

/** The language of service.yml. */
export const service = object({
  name: required(text(), 'The name of the service; `{{name}}` in a package.'),
  'web-url': optional(text(), 'A page about the service.'),
  region: optional(text(), 'Every instance is placed in this region; anywhere if absent.'),
  'replacement-failure-policy': optional(
    replacement,
    'When a failed instance is replaced without being asked: empty, perhaps elsewhere. Never, if absent.',
  ),
  scheduler: optional(scheduler, 'Who runs it.'),
  pods: required(record(pod, { min: 1, what: 'pod' }), 'Pods by name; their order is the order of deployment.'),
  plans: optional(record(plan, { what: 'plan' }), 'Plans by name.'),
});

export type LooseService = LooseOf<typeof service>;
export type StrictService = StrictOf<typeof service>;
/** service.yml, written in TypeScript: keys in camel case, values as in YAML. */
export type ServiceInput = InputOf<typeof service>;
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
