/** Whether a placement rule lets one more instance of a pod onto an agent. */
import type { PodSpec } from '../spec/pod.ts';
import type { Rule } from '../spec/rule.ts';
import type { State } from '../state.ts';
import type { Offer } from './offer.ts';
import type { Check } from './outcome.ts';
import { countOn, tallyOf } from './tally.ts';

/** The instance to be placed has no place yet, so it is never among those that are counted. */
export type RuleInput = {
  readonly state: State;
  readonly offer: Offer;
  readonly pod: string;
};

/** The rule of the pod and that of its service. */
export function placementOf({ placement }: PodSpec, region: string | undefined): Rule | undefined {
  if (region === undefined) return placement;
  const here: Rule = { kind: 'is', field: 'region', value: region, not: false };
  return placement === undefined ? here : { kind: 'all', rules: [here, placement] };
}

export function checkRule(rule: Rule, input: RuleInput): Check {
  switch (rule.kind) {
    case 'all': {
      const children = rule.rules.map((child) => checkRule(child, input));
      const no = children.find(({ passed }) => !passed);
      return check(no === undefined, () => no?.reason() ?? 'every rule agrees', children);
    }
    case 'any': {
      const children = rule.rules.map((child) => checkRule(child, input));
      const yes = children.find(({ passed }) => passed);
      const none = (): string => `none of these: ${children.map(({ reason }) => reason()).join('; ')}`;
      return check(yes !== undefined, () => yes?.reason() ?? none(), children);
    }
    case 'not': {
      const child = checkRule(rule.rule, input);
      return check(!child.passed, () => `${child.passed ? 'must not be' : 'is not'} so: ${child.reason()}`, [child]);
    }
    case 'max-per':
      return checkMax(rule, input);
    case 'group-by':
      return checkGroups(rule, input);
    case 'near':
      return checkNear(rule, input);
    case 'is': {
      const value = fieldOf(input.offer, rule.field);
      if (value === undefined && !rule.not) return missing(input.offer, rule.field);
      const verb = rule.not ? 'not be' : 'be';
      return check(
        (value === rule.value) !== rule.not,
        () => `${rule.field} is ${value ?? 'not set'}, must ${verb} ${rule.value}`,
      );
    }
    case 'like': {
      const value = fieldOf(input.offer, rule.field);
      if (value === undefined && !rule.not) return missing(input.offer, rule.field);
      const like = value !== undefined && wholeMatch(rule.pattern, value);
      const verb = rule.not ? 'not match' : 'match';
      return check(like !== rule.not, () => `${rule.field} is ${value ?? 'not set'}, must ${verb} ${rule.pattern}`);
    }
    default:
      return rule satisfies never;
  }
}

function checkMax({ field, max }: Extract<Rule, { kind: 'max-per' }>, { state, offer, pod }: RuleInput): Check {
  const value = fieldOf(offer, field);
  if (value === undefined) return missing(offer, field);
  const have = tallyOf(state, pod, field).at(value);
  return check(have < max, () => `${have} of ${pod} on ${field} ${value}, at most ${max} may be there`);
}

function checkGroups({ field, groups }: Extract<Rule, { kind: 'group-by' }>, input: RuleInput): Check {
  const { state, offer, pod } = input;
  const value = fieldOf(offer, field);
  if (value === undefined) return missing(offer, field);
  const tally = tallyOf(state, pod, field);
  const have = tally.at(value);
  const { least, values } = tally;
  if (!tally.isLevel && have > least) {
    return check(false, () => `${have} of ${pod} on ${field} ${value}, only ${least} on another: that comes first`);
  }
  const spreads = groups !== undefined && values < groups && have > 0;
  return check(!spreads, () =>
    spreads
      ? `${have} of ${pod} on ${field} ${value} already, ${values} of ${groups} values of ${field} have one`
      : `${have} of ${pod} on ${field} ${value}, no more than on any other`,
  );
}

function checkNear({ pod, together }: Extract<Rule, { kind: 'near' }>, { state, offer }: RuleInput): Check {
  const anywhere = (state.index.placed.get(pod)?.size ?? 0) > 0;
  if (!anywhere) return check(true, () => `no instance of ${pod} has a place yet`);
  const here = countOn(state, pod, offer.agentId);
  const wanted = together ? 'one must be there' : 'none may be there';
  return check(here > 0 === together, () => `${here} of ${pod} on ${offer.hostname}, ${wanted}`);
}

const check = (passed: boolean, reason: () => string, children: readonly Check[] = []): Check => ({
  name: 'placement',
  passed,
  reason,
  children,
});

const missing = (offer: Offer, field: string): Check =>
  check(false, () => `${offer.hostname} has no attribute ${field}`);

export const fieldOf = (offer: Offer, field: string): string | undefined =>
  field === 'hostname' ? offer.hostname : offer.attributes[field];

const patterns = new Map<string, RegExp>();

function wholeMatch(pattern: string, value: string): boolean {
  let expression = patterns.get(pattern);
  if (expression === undefined) {
    expression = wholePattern(pattern);
    patterns.set(pattern, expression);
  }
  return expression.test(value);
}

/** Throws for what is no regular expression. */
export const wholePattern = (pattern: string): RegExp => new RegExp(`^(?:${pattern})$`, 'u');
