import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause } from '../record/run.ts';
import type { PodSpec } from '../spec/pod.ts';
import { deployPhase, draftInstance, plainly } from './draft.ts';
import type { Manner } from './draft.ts';
import type { RunDraft } from './run.ts';

/** What is known of the instance that something is done to. */
export type Subject = { readonly instance: InstanceRecord; readonly config: ConfigRecord; readonly pod: PodSpec };

/** What is replaced starts from nothing: its tasks come in the order of the deploy, those that ran once included. */
export function draftReplace({ instance, config, pod }: Subject, cause: Cause, force: boolean): RunDraft {
  const manner: Manner = { ...plainly, restart: true, replace: true, force };
  const usual = deployPhase(config, pod, instance.index, manner);
  return draftInstance(config, { plan: 'replace', pod: pod.name, index: instance.index, cause }, manner, [usual]);
}
