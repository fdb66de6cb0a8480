import type { StepRecord } from '@warder/core';
import { z } from 'zod';

export const status = z
  .enum([
    'PENDING',
    'WAITING',
    'PREPARED',
    'STARTING',
    'STARTED',
    'DELAYED',
    'COMPLETE',
    'ERROR',
    'IN_PROGRESS',
    'CANCELLED',
    'SUPERSEDED',
    'ROLLED_BACK',
  ] as const)
  .meta({ id: 'Status' });

export const fieldDiff = z
  .object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })
  .meta({ id: 'FieldDiff', description: 'A change of one field' });

/** What the step does. A whole configuration is not repeated: its run names it. */
type WorkView =
  | Exclude<StepRecord['work'], { readonly kind: 'configure' }>
  | { readonly kind: 'configure'; readonly version: string; readonly oneWay?: string };

export const stepView = z
  .object({
    id: z.string().describe('`run-12.0.3`: run, phase, step'),
    name: z.string(),
    status,
    message: z.string().describe('What it waits for, or empty'),
    reason: z.object({ text: z.string(), sinceMs: z.number() }).optional(),
    work: z.custom<WorkView>().meta({
      description: 'What the step does: launch, stop, release, call, wait, approve or configure',
    }),
    diff: z.array(fieldDiff).readonly(),
    deferred: z.boolean().describe('It lets the other steps of its phase go first'),
    startedMs: z.number().optional(),
    endedMs: z.number().optional(),
    attempts: z.number(),
    soakingMs: z.number().optional().describe('Since when everything that its soak looks at has been good'),
    approved: z.object({ by: z.string(), ms: z.number() }).optional().describe('Who let an `approve` step pass'),
    forced: z.object({ by: z.string(), ms: z.number(), risk: z.string() }).optional(),
    result: z.unknown().optional().describe('Of a `call` that is complete: what it answered'),
  })
  .meta({ id: 'Step' });

export type StepView = z.infer<typeof stepView>;

type StepsOf = (ids: readonly string[]) => readonly StepRecord[];

/** The steps of a phase, as the state has them. */
export function stepsIn(steps: ReadonlyMap<string, StepRecord>): StepsOf {
  return (ids) => ids.map((id) => steps.get(id)).filter((step) => step !== undefined);
}

export function viewStep(step: StepRecord): StepView {
  const { id, name, status: now, reason, work, diff, deferred, startedMs, endedMs, attempts } = step;
  const { soakingMs, approved, forced, result } = step;
  return {
    id,
    name,
    status: now,
    message: reason?.text ?? '',
    work: briefly(viewWork(work)),
    diff,
    deferred,
    attempts,
    ...(reason === undefined ? {} : { reason }),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(endedMs === undefined ? {} : { endedMs }),
    ...(soakingMs === undefined ? {} : { soakingMs }),
    ...(approved === undefined ? {} : { approved }),
    ...(forced === undefined ? {} : { forced }),
    ...(result === undefined || result === null ? {} : { result }),
  };
}

/** In characters of JSON. */
const ARGS_MAX = 2_000;

const lengths = new WeakMap<object, number>();

/** Arguments are for code: long ones are not repeated whenever somebody looks at the run. A dry run has them whole. */
function briefly(work: WorkView): WorkView {
  if (work.kind !== 'call' && work.kind !== 'wait') return work;
  const { args } = work;
  if (typeof args !== 'object' || args === null) return work;
  const length = lengths.get(args) ?? JSON.stringify(args).length;
  lengths.set(args, length);
  return length <= ARGS_MAX ? work : { ...work, args: `${length} characters` };
}

export function viewWork(work: StepRecord['work']): WorkView {
  if (work.kind !== 'configure') return work;
  const { kind, config, oneWay } = work;
  return { kind, version: config.version, ...(oneWay === undefined ? {} : { oneWay }) };
}
