/**
 * The agents on which one more instance of a pod would fit now, best first: a search looks at few agents, however many
 * there are. It chooses what a walk over all offers would choose.
 */
import type { Where } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { Rule } from '../spec/rule.ts';
import type { State } from '../state.ts';
import { checkOffer } from './check.ts';
import { needOf } from './need.ts';
import type { Need } from './need.ts';
import type { Offer } from './offer.ts';
import { conjunctsOf, fieldsOf, reachOf } from './reach.ts';
import { checkRule, fieldOf, placementOf } from './rule.ts';
import { countOn } from './tally.ts';
import { isThere } from './where.ts';

type Candidate = { readonly offer: Offer; readonly here: number };

export class Shortlist {
  readonly region: string | undefined;
  readonly need: Need;
  readonly #pod: PodSpec;
  /** Looked at when an agent is listed, once a search for all agents of one group, and for each candidate. */
  readonly #rules: Readonly<Record<ReturnType<typeof reachOf>, readonly Rule[]>>;
  readonly #fields: readonly string[];
  /** By the values of those fields; in the order of `byWorth`. */
  readonly #groups = new Map<string, Candidate[]>();
  readonly #listed = new Map<string, { readonly group: string; readonly candidate: Candidate }>();
  /** The group of an agent with these attributes and this host name; undefined where it can never be listed. */
  readonly #known = new WeakMap<
    Offer['attributes'],
    { readonly hostname: string; readonly group: string | undefined }
  >();
  /** Agents of which something has changed since the last search. */
  readonly #stale: Set<string>;

  constructor(pod: PodSpec, region: string | undefined, agents: Iterable<string>) {
    this.region = region;
    this.#pod = pod;
    this.need = needOf(pod);
    const placement = placementOf(pod, region);
    const rules = placement === undefined ? [] : conjunctsOf(placement);
    this.#rules = { fixed: [], values: [], agent: [], ...Object.groupBy(rules, reachOf) };
    this.#fields = [...new Set(this.#rules.values.flatMap(fieldsOf))];
    this.#stale = new Set(agents);
  }

  touch(agentId: string): void {
    this.#stale.add(agentId);
  }

  best(state: State, where: Where = {}): Offer | undefined {
    for (const agentId of this.#stale) this.#list(state, agentId);
    this.#stale.clear();
    let best: Candidate | undefined;
    for (const group of this.#groups.values()) {
      const [first] = group;
      if (first === undefined || !isBetter(first, best)) continue;
      if (!this.#agree('values', state, first.offer)) continue;
      for (const candidate of group) {
        if (!isBetter(candidate, best)) break;
        if (!isThere(candidate.offer, where) || !this.#agree('agent', state, candidate.offer)) continue;
        best = candidate;
        break;
      }
    }
    return best?.offer;
  }

  #agree(reach: ReturnType<typeof reachOf>, state: State, offer: Offer): boolean {
    const input = { state, offer, pod: this.#pod.name };
    return this.#rules[reach].every((rule) => checkRule(rule, input).passed);
  }

  #list(state: State, agentId: string): void {
    const listed = this.#listed.get(agentId);
    if (listed !== undefined) {
      const group = this.#groups.get(listed.group) ?? [];
      group.splice(positionOf(group, listed.candidate), 1);
      if (group.length === 0) this.#groups.delete(listed.group);
      this.#listed.delete(agentId);
    }
    const offer = state.offers.get(agentId);
    const key = offer === undefined ? undefined : this.#groupOf(state, offer);
    if (offer === undefined || key === undefined) return;
    const { checks } = checkOffer(offer, { pod: this.#pod, need: this.need });
    if (checks.some(({ passed }) => !passed)) return;
    const candidate = { offer, here: countOn(state, this.#pod.name, agentId) };
    const group = this.#groups.getOrInsertComputed(key, () => []);
    group.splice(positionOf(group, candidate), 0, candidate);
    this.#listed.set(agentId, { group: key, candidate });
  }

  #groupOf(state: State, offer: Offer): string | undefined {
    const known = this.#known.get(offer.attributes);
    if (known?.hostname === offer.hostname) return known.group;
    const group = this.#agree('fixed', state, offer)
      ? JSON.stringify(this.#fields.map((field) => fieldOf(offer, field)))
      : undefined;
    this.#known.set(offer.attributes, { hostname: offer.hostname, group });
    return group;
  }
}

const isBetter = (candidate: Candidate, best: Candidate | undefined): boolean =>
  best === undefined || byWorth(candidate, best) < 0;

/** Spread the instances of a pod first, then take the agent with the most free memory; at last by name, to be sure. */
function byWorth(a: Candidate, b: Candidate): number {
  if (a.here !== b.here) return a.here - b.here;
  if (a.offer.memoryMiB !== b.offer.memoryMiB) return b.offer.memoryMiB - a.offer.memoryMiB;
  return a.offer.agentId < b.offer.agentId ? -1 : Number(a.offer.agentId > b.offer.agentId);
}

/** Where it is in a list in the order of `byWorth`, or would be. */
function positionOf(list: readonly Candidate[], candidate: Candidate): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = list[middle];
    if (other !== undefined && byWorth(other, candidate) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
