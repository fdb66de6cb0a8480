/** An update gone through otherwise than the spec's plan says: a canary that is judged, and batches that go together. */
import type { Roll } from '../request.ts';
import type { PhaseDraft, StepDraft } from './run.ts';

/**
 * The phases of an update, rearranged: the canary, the judgement of it, batch after batch, and then what is left. What is
 * not well is the canary before all others: least is lost with it, and no gate may let another one stop meanwhile.
 */
export function arrange(
  phases: readonly PhaseDraft[],
  { batches = [], canary }: Roll,
  isUnwell: (instance: string) => boolean,
): readonly PhaseDraft[] {
  const stepsOf = (instance: string): readonly StepDraft[] =>
    phases.flatMap(({ steps }) => steps.filter(({ work }) => work.instance === instance));
  const order = phases.flatMap(({ steps }) => steps.flatMap(({ work }) => work.instance ?? []));
  const taken = new Set<string>();
  const take = (instances: readonly string[]): readonly string[] => {
    const fresh = [...new Set(instances)].filter((name) => order.includes(name) && !taken.has(name));
    for (const name of fresh) taken.add(name);
    return fresh;
  };
  const wanted = order.find(isUnwell) ?? batches.flat().find((name) => order.includes(name)) ?? order[0] ?? '';
  const [first] = canary === undefined ? [] : take([wanted]);
  const arranged: PhaseDraft[] = [];
  if (canary !== undefined && first !== undefined) {
    const { probe, soakMs, deadlineMs, undo } = canary;
    const judge: StepDraft = {
      name: probe,
      diff: [],
      work: { kind: 'wait', probe, instance: first, args: {}, soakMs, deadlineMs, ...(undo ? { undo } : {}) },
    };
    const steps = stepsOf(first).map((step) => (undo ? undoable(step, deadlineMs) : step));
    arranged.push({ name: 'canary', strategy: 'serial', steps });
    arranged.push({ name: 'judgement', strategy: 'serial', steps: [judge] });
  }
  for (const batch of batches) {
    const names = take(batch);
    if (names.length === 0) continue;
    const name = `batch-${arranged.filter((phase) => phase.together === true).length + 1}`;
    arranged.push({ name, strategy: 'parallel', together: true, steps: names.flatMap(stepsOf) });
  }
  const rest = phases.map((phase) => ({
    ...phase,
    steps: phase.steps.filter(({ work }) => work.instance === undefined || !taken.has(work.instance)),
  }));
  return [...arranged, ...rest.filter(({ steps }) => steps.length > 0)];
}

/** It may never come to be judged. */
const undoable = (step: StepDraft, undoMs: number): StepDraft =>
  step.work.kind === 'launch' ? { ...step, work: { ...step.work, undoMs } } : step;
