import type { InstanceRecord, Reservation, Rule } from '@warder/core';
import type { Agent } from '../cluster/agent.ts';
import type { Ledger } from '../ledger.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** How old the scheduler's news of an agent may be. */
const NEWS_MAX_MS = 10_000;

/** Where the instances of a service are, without the one that looks for a place. */
export type Places = readonly { readonly pod: string; readonly agent: Agent }[];

/** A new place is where the rules allow one, on an agent that its operator has not taken for himself. */
export function place({ tenant, ledger, nowMs }: Truth, violate: Violate): Checker {
  return {
    name: 'new places keep the rules',
    committing: (written) => {
      const held = new Map(ledger.instances().map((instance) => [instance.name, instance]));
      for (const { kind, id, before, after } of written) {
        if (kind !== 'instance') continue;
        const { reservation } = after ?? {};
        held.delete(id);
        const agent = tenant.agents.get(reservation?.agentId ?? '');
        const isNew = reservation?.id !== before?.reservation?.id;
        if (after !== undefined && agent !== undefined && isNew) {
          const rule = ruleOf(ledger, after);
          if (rule !== undefined && !allows(rule, after.pod, agent, placesOf(held.values(), tenant.agents)))
            violate(`${id} is placed on ${agent.id}, against ${JSON.stringify(rule)}`);
          const { maintenance, maintainedMs = 0 } = agent;
          if (maintenance !== undefined && nowMs() - maintainedMs > NEWS_MAX_MS)
            violate(`${id} is placed on ${agent.id}, which is ${maintenance}`);
        }
        if (after !== undefined) held.set(id, after);
      }
    },
  };
}

const ruleOf = (ledger: Ledger, { configId, pod }: InstanceRecord): Rule | undefined =>
  ledger.config(configId)?.spec.pods.find(({ name }) => name === pod)?.placement;

export const placesOf = (
  instances: Iterable<{ readonly pod: string; readonly reservation?: Reservation }>,
  agents: ReadonlyMap<string, Agent>,
): Places =>
  [...instances].flatMap(({ pod, reservation }) => {
    const agent = agents.get(reservation?.agentId ?? '');
    return agent === undefined ? [] : [{ pod, agent }];
  });

/** Whether one more instance of the pod may be there: by counting, with nothing of the core. */
export function allows(rule: Rule, pod: string, agent: Agent, places: Places): boolean {
  switch (rule.kind) {
    case 'max-per': {
      const value = valueOf(agent, rule.field);
      const have = places.filter((other) => other.pod === pod && valueOf(other.agent, rule.field) === value);
      return value !== undefined && have.length < rule.max;
    }
    case 'group-by': {
      const value = valueOf(agent, rule.field);
      const counts = new Map<string | undefined, number>();
      for (const other of places) {
        if (other.pod !== pod) continue;
        const key = valueOf(other.agent, rule.field);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const have = counts.get(value) ?? 0;
      const missing = counts.size < (rule.groups ?? 0);
      const least = missing ? 0 : Math.min(...counts.values());
      return value !== undefined && (counts.size === 0 || have <= least);
    }
    case 'is':
      return (valueOf(agent, rule.field) === rule.value) !== rule.not;
    case 'like':
      return new RegExp(`^(?:${rule.pattern})$`).test(valueOf(agent, rule.field) ?? '') !== rule.not;
    case 'near': {
      const others = places.filter((other) => other.pod === rule.pod);
      return others.length === 0 || others.some((other) => other.agent === agent) === rule.together;
    }
    case 'all':
      return rule.rules.every((child) => allows(child, pod, agent, places));
    case 'any':
      return rule.rules.some((child) => allows(child, pod, agent, places));
    case 'not':
      return !allows(rule.rule, pod, agent, places);
    default:
      return rule satisfies never;
  }
}

const valueOf = ({ hostname, attributes }: Agent, field: string): string | undefined =>
  field === 'hostname' ? hostname : attributes[field];
