import type { Evaluation, Outcome, State, StepRecord } from '@warder/core';

/**
 * Why no agent takes an instance: the newest evaluation of each agent, the same reasons together:
 * `no agent takes kafka-3: 2 of 3: hostname is taken (UNIQUE) (agent-1, agent-2); 1 of 3: not enough memory (agent-3)`.
 */
export function unplacedReason(state: State, step: StepRecord): string | undefined {
  const instance = 'instance' in step.work ? step.work.instance : undefined;
  if (instance === undefined) return undefined;
  const newest = new Map<string, Evaluation>();
  for (const evaluation of state.evaluations) {
    if (evaluation.instance === instance) newest.set(evaluation.agentId, evaluation);
  }
  const refused = [...newest.values()].filter(({ outcome }) => !outcome.passed);
  if (refused.length === 0) return step.reason?.text ?? `no agent has offered a place for ${instance} yet`;
  const groups = Map.groupBy(refused, ({ outcome }) => failures(outcome).join(', '));
  const parts = [...groups].map(([reason, all]) => {
    const names = all.map(({ hostname }) => hostname);
    const some = names.length > 3 ? [...names.slice(0, 3), `and ${names.length - 3} more`] : names;
    return `${all.length} of ${refused.length}: ${reason} (${some.join(', ')})`;
  });
  return `no agent takes ${instance}: ${parts.join('; ')}`;
}

/** The reasons at the ends of the tree: those of its parents only sum them up. */
function failures(outcome: Outcome): readonly string[] {
  if (outcome.passed) return [];
  const below = outcome.children.flatMap(failures);
  return below.length > 0 ? below : [outcome.reason];
}
