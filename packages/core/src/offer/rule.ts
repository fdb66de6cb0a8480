/** Whether a placement rule lets an instance of a pod onto an agent. */
import type { Rule } from '../spec/rule.ts';
import type { State } from '../state.ts';
import type { Offer } from './offer.ts';
import type { Outcome } from './outcome.ts';

export type RuleInput = {
  readonly state: State;
  readonly offer: Offer;
  readonly pod: string;
};

export function checkRule(rule: Rule, input: RuleInput): Outcome {
  switch (rule.kind) {
    case 'all': {
      const children = rule.rules.map((child) => checkRule(child, input));
      const no = children.find((child) => !child.passed);
      return { check: 'placement', passed: no === undefined, reason: no?.reason ?? 'every rule agrees', children };
    }
    case 'max-per': {
      const value = fieldOf(input.offer, rule.field);
      if (value === undefined) return missing(input.offer, rule.field);
      const have = countAt(input, rule.field, value);
      return outcome(
        have < rule.max,
        `${have} of ${input.pod} on ${rule.field} ${value}, at most ${rule.max} may be there`,
      );
    }
    case 'is': {
      const value = fieldOf(input.offer, rule.field);
      if (value === undefined && !rule.not) return missing(input.offer, rule.field);
      const passed = (value === rule.value) !== rule.not;
      return outcome(passed, `${rule.field} is ${value ?? 'not set'}, must ${rule.not ? 'not ' : ''}be ${rule.value}`);
    }
    case 'like': {
      const value = fieldOf(input.offer, rule.field);
      if (value === undefined && !rule.not) return missing(input.offer, rule.field);
      const like = value !== undefined && wholeMatch(rule.pattern, value);
      const verb = rule.not ? 'not match' : 'match';
      return outcome(like !== rule.not, `${rule.field} is ${value ?? 'not set'}, must ${verb} ${rule.pattern}`);
    }
    default:
      return rule satisfies never;
  }
}

const outcome = (passed: boolean, reason: string): Outcome => ({ check: 'placement', passed, reason, children: [] });

const missing = (offer: Offer, field: string): Outcome => outcome(false, `${offer.hostname} has no attribute ${field}`);

const fieldOf = (offer: Offer, field: string): string | undefined =>
  field === 'hostname' ? offer.hostname : offer.attributes[field];

/** Instances, not tasks, are counted: a pod of two tasks takes one place. */
function countAt({ state, pod }: RuleInput, field: string, value: string): number {
  let sum = 0;
  for (const [agentId, count] of state.index.placed.get(pod) ?? []) {
    const agent = state.offers.get(agentId);
    if (agent !== undefined && fieldOf(agent, field) === value) sum += count;
  }
  return sum;
}

const patterns = new Map<string, RegExp>();

function wholeMatch(pattern: string, value: string): boolean {
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${pattern})$`, 'u');
    patterns.set(pattern, expression);
  }
  return expression.test(value);
}
