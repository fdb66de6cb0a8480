import { partsOf } from '../../offer/reach.ts';
import { wholePattern } from '../../offer/rule.ts';
import type { Rule } from '../../spec/rule.ts';
import type { ServiceSpec } from '../../spec/service.ts';

/** A rule that no agent can ever be asked about. */
export const placement = ({ pods }: ServiceSpec): readonly string[] =>
  pods.flatMap(({ name, placement: rule }) =>
    rule === undefined
      ? []
      : [
          ...empty(rule),
          ...partsOf(rule).flatMap((part) =>
            wrong(
              part,
              pods.map((pod) => pod.name),
            ),
          ),
        ].map((why) => `placement of pod ${name}: ${why}`),
  );

function wrong(rule: Rule, pods: readonly string[]): readonly string[] {
  switch (rule.kind) {
    case 'max-per':
      return isCount(rule.max) ? [] : [`at most ${rule.max} per ${rule.field} lets nothing in: say 1 or more`];
    case 'group-by':
      return rule.groups === undefined || isCount(rule.groups)
        ? []
        : [`${rule.groups} groups of ${rule.field} cannot be: say 1 or more, or nothing`];
    case 'like':
      return isPattern(rule.pattern) ? [] : [`${rule.pattern} is no regular expression: correct it`];
    case 'near':
      return pods.includes(rule.pod)
        ? []
        : [`it names the pod ${rule.pod}, which the service has not: it has ${pods.join(', ')}`];
    case 'is':
    case 'all':
    case 'any':
    case 'not':
      return [];
    default:
      return rule satisfies never;
  }
}

/** An `any` of nothing holds nowhere. */
function empty(rule: Rule): readonly string[] {
  if (rule.kind === 'not') return empty(rule.rule);
  if (rule.kind !== 'all' && rule.kind !== 'any') return [];
  return rule.kind === 'any' && rule.rules.length === 0
    ? ['any of no rules lets nothing in: name one, or leave it out']
    : rule.rules.flatMap(empty);
}

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

function isPattern(pattern: string): boolean {
  try {
    wholePattern(pattern);
    return true;
  } catch {
    return false;
  }
}
