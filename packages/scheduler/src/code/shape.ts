/** What answers of package code must look like: they were made by foreign code, and the core trusts its input. */
import { z } from 'zod';

const text = z.string();
const texts = z.record(text, text);
const name = text.min(1);
const count = z.int().nonnegative();
const ms = z.number().nonnegative();

export const gateAnswer = z.strictObject({ open: z.boolean(), reason: text, defer: z.boolean().optional() });
export const probeAnswer = z.strictObject({ open: z.boolean(), reason: text, failed: z.boolean().optional() });
export const sentences = z.array(text);
export const report = text;
export const costs = z.array(z.strictObject({ what: name, count }));
export const batches = z.array(z.array(name).min(1));

const index = count.optional();
const steps = [
  z.strictObject({
    index,
    kind: z.literal('launch'),
    tasks: z.array(name),
    replace: z.strictObject({ on: name.optional(), notOn: name.optional() }).optional(),
  }),
  z.strictObject({ index, kind: z.literal('stop') }),
  z.strictObject({ index, kind: z.literal('release') }),
  z.strictObject({
    index,
    kind: z.literal('call'),
    name,
    procedure: name,
    args: z.unknown().optional(),
    oneWay: name.optional(),
  }),
  z.strictObject({
    index,
    kind: z.literal('wait'),
    name,
    probe: name,
    args: z.unknown().optional(),
    soakMs: ms.optional(),
    deadlineMs: ms.optional(),
  }),
  z.strictObject({ index, kind: z.literal('approve'), name, text }),
] as const;

/** Only where it can be found out what configuration the change comes to: in plans that are made. */
const configure = z.strictObject({
  index: z.undefined().optional(),
  kind: z.literal('configure'),
  name,
  change: z.strictObject({ options: z.record(text, z.unknown()).optional(), version: name.optional() }),
  oneWay: name.optional(),
});

const phasesOf = (step: z.ZodType) =>
  z.array(
    z.strictObject({
      name,
      pod: name.optional(),
      strategy: z.enum(['serial', 'parallel', 'serial-canary', 'parallel-canary']),
      steps: z.array(step).optional(),
      after: z.array(name).optional(),
      cleanup: z.literal(true).optional(),
      soakMs: ms.optional(),
    }),
  );

const phases = phasesOf(z.discriminatedUnion('kind', [...steps]));

const recipe = z.strictObject({ strategy: z.enum(['serial', 'parallel', 'dependency']), phases });

export const madeRecipe = recipe.extend({ phases: phasesOf(z.discriminatedUnion('kind', [...steps, configure])) });
export const procedureAnswer = z.strictObject({ value: z.unknown().optional(), phases, last: phases });

const planDeed = z.strictObject({ kind: z.enum(['start', 'propose']), plan: name, params: texts.optional() });
const replaceDeed = z.strictObject({ kind: z.literal('replace'), propose: z.literal(true).optional() });

export const deeds = z.array(
  z.union([planDeed.extend({ key: name, reason: name }), replaceDeed.extend({ instance: name, reason: name })]),
);

export const detection = z.strictObject({
  on: z.boolean(),
  reason: text,
  params: texts.optional(),
  instance: name.optional(),
});

const label = text.regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'it is no name of a label');
export const metrics = z.array(
  z.strictObject({
    name: text.regex(/^[A-Za-z_:][A-Za-z0-9_:]*$/, 'it is no name of a metric'),
    help: text,
    type: z.enum(['counter', 'gauge']),
    labels: z.record(label, text).optional(),
    // Not `z.number`: Prometheus knows NaN and infinities.
    value: z.custom<number>((value) => typeof value === 'number', 'it is no number'),
  }),
);

const summary = text;
const watch = z.strictObject({ name, summary });
const has = z.boolean();

/** What the code has: the names come from its keys, the rest is what its author wrote. */
export const outline = z.strictObject({
  has: z.strictObject({ spec: has, refusals: has, review: has, cost: has, batches: has, metrics: has }),
  canary: name.optional(),
  gates: z.array(name),
  probes: z.array(name),
  procedures: z.array(name),
  plans: z.array(z.strictObject({ name, summary, params: texts, rollback: name.optional() })),
  reactions: z.array(watch),
  detectors: z.array(
    watch.extend({
      everyMs: z.number().min(1_000, 'once a second at most: 1000 or more'),
      forMs: ms,
      deed: z.union([planDeed, replaceDeed]),
    }),
  ),
  endpoints: z.array(name),
  routes: z.array(
    z.strictObject({
      method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
      path: text.startsWith('/'),
      summary,
      query: texts.optional(),
    }),
  ),
});

const port = z.looseObject({ name, port: count, advertise: z.boolean() });
const volume = z.looseObject({ path: name, type: name, sizeMiB: count });
const task = z.looseObject({
  name,
  goal: z.enum(['RUNNING', 'FINISH', 'ONCE']),
  essential: z.boolean(),
  cmd: text,
  env: texts,
  configs: z.array(z.looseObject({ name, dest: name, template: text })),
  resourceSet: name,
  killGraceMs: ms,
  labels: texts,
});
const pod = z.looseObject({
  name,
  count,
  retired: z.array(count).optional(),
  allowDecommission: z.boolean(),
  uris: z.array(z.looseObject({})),
  rlimits: z.array(z.looseObject({ name })),
  resourceSets: z.array(
    z.looseObject({ name, cpus: ms, memoryMiB: count, ports: z.array(port), volumes: z.array(volume) }),
  ),
  tasks: z.array(task),
  gates: z.looseObject({ stop: z.array(name), replace: z.array(name), start: z.array(name) }),
});

/** As far as the core takes it for granted; what an optional part must be is for the validators of a configuration. */
export const spec = z.looseObject({
  name,
  user: name,
  pods: z.array(pod),
  plans: z.array(recipe.extend({ name })),
});
