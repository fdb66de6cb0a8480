/** What an answer of a placement rule depends on, so that it need not be asked for again. */
import type { Rule } from '../spec/rule.ts';

/**
 * fixed: on the agent alone. values: also on how many instances there are for the values of its fields, so that it is
 * the same for all agents that share them. agent: also on what is on this very agent.
 */
export type Reach = 'fixed' | 'values' | 'agent';

export function reachOf(rule: Rule): Reach {
  const counts = partsOf(rule).filter(({ kind }) => kind === 'max-per' || kind === 'group-by' || kind === 'near');
  if (counts.length === 0) return 'fixed';
  return counts.some(({ kind }) => kind === 'near') || fieldsOf(rule).includes('hostname') ? 'agent' : 'values';
}

/** The fields of agents that the rule names. */
export const fieldsOf = (rule: Rule): readonly string[] => [
  ...new Set(partsOf(rule).flatMap((part) => ('field' in part ? [part.field] : []))),
];

/** Rules of which each must hold. */
export const conjunctsOf = (rule: Rule): readonly Rule[] =>
  rule.kind === 'all' ? rule.rules.flatMap(conjunctsOf) : [rule];

/** The rules that it is made of, without those that only join others. */
export function partsOf(rule: Rule): readonly Rule[] {
  if (rule.kind === 'all' || rule.kind === 'any') return rule.rules.flatMap(partsOf);
  return rule.kind === 'not' ? partsOf(rule.rule) : [rule];
}
