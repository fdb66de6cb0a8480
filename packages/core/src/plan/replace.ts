import type { ConfigRecord } from '../record/config.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { Cause } from '../record/run.ts';
import type { PodSpec } from '../spec/pod.ts';
import { deployPhase, draftInstance, plainly } from './draft.ts';
import type { Manner } from './draft.ts';
import type { PhaseDraft, RunDraft } from './run.ts';

/** What is known of the instance that something is done to. */
export type Subject = { readonly instance: InstanceRecord; readonly config: ConfigRecord; readonly pod: PodSpec };

/**
 * What is replaced starts from nothing: its tasks come in the order of the deploy, those that ran once included. A
 * proposal waits first for a person, who is told this text.
 */
export function draftReplace(
  { instance, config, pod }: Subject,
  cause: Cause,
  force: boolean,
  proposal?: string,
): RunDraft {
  const manner: Manner = { ...plainly, restart: true, replace: true, force };
  const usual = deployPhase(config, pod, instance.index, manner);
  const about = { plan: 'replace', pod: pod.name, index: instance.index, cause };
  const draft = draftInstance(config, about, manner, [usual]);
  if (proposal === undefined) return draft;
  const approval: PhaseDraft = {
    name: `approval-of-${instance.name}`,
    strategy: 'serial',
    steps: [{ name: 'approve', diff: [], work: { kind: 'approve', text: proposal } }],
  };
  // Phases that wait for none would go at once.
  const held = draft.phases.map((phase) =>
    (phase.after ?? []).length > 0 ? phase : { ...phase, after: [approval.name] },
  );
  return draft.strategy === 'serial'
    ? { ...draft, phases: [approval, ...draft.phases] }
    : { ...draft, strategy: 'dependency', phases: [approval, ...held] };
}
