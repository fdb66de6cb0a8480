/** A step that waited long does what is wanted now, not what was wanted when it was asked for. */
import type { Context } from '../context.ts';
import type { ConfigRecord } from '../record/config.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import type { PodSpec } from '../spec/pod.ts';
import { isBegun } from '../index-records.ts';
import { draftReplace } from './replace.ts';
import { placeOf } from './step.ts';
import { configNumber } from './take-over.ts';

/** While it waited, its instance may have been given a newer configuration: nothing goes back to an older one. */
export function upToDate(
  context: Context,
  step: StepRecord,
  work: LaunchWork,
): { readonly step: StepRecord; readonly work: LaunchWork } {
  const { configId } = context.state.instances.get(work.instance) ?? work;
  if (isBegun(step.status) || configNumber(configId) <= configNumber(work.configId)) return { step, work };
  const newer = renewed(context, step, work, configId);
  return { step: { ...step, work: newer }, work: newer };
}

/** The same with a newer configuration. */
export function renewed(context: Context, step: StepRecord, work: LaunchWork, configId: string): LaunchWork {
  const config = context.state.configs.get(configId);
  const pod = config?.spec.pods.find(({ name }) => name === podNameOf(work.instance));
  const tasks = config === undefined || pod === undefined ? work.tasks : tasksNow(context, step, work, config, pod);
  return { ...work, configId, tasks };
}

/** A replace starts everything anew: what the newer configuration has instead of what it had when it was asked for. */
function tasksNow(
  context: Context,
  step: StepRecord,
  work: LaunchWork,
  config: ConfigRecord,
  pod: PodSpec,
): readonly string[] {
  const { run } = placeOf(context, step);
  const instance = context.state.instances.get(work.instance);
  if (run.plan !== 'replace' || instance === undefined) return work.tasks;
  const { phases } = draftReplace({ instance, config, pod }, run.cause, work.force);
  const lists = phases.flatMap(({ steps }) =>
    steps.flatMap((one) => (one.work.kind === 'launch' ? [one.work.tasks] : [])),
  );
  const launches = run.phases
    .flatMap(({ stepIds }) => stepIds)
    .filter((id) => context.state.steps.get(id)?.work.kind === 'launch');
  const at = launches.indexOf(step.id);
  return at === launches.length - 1 ? lists.slice(at).flat() : (lists[at] ?? []);
}

/** `broker` of `broker-0`. */
export const podNameOf = (instance: string): string => instance.slice(0, instance.lastIndexOf('-'));
