/**
 * Finding a place for a pod instance: cheap checks over all agents, the best of those that pass, and, when none does,
 * the outcome tree that says why.
 */
import type { Context } from '../context.ts';
import type { InstanceRecord, Reservation, ReservedSet } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import { needOf } from './need.ts';
import type { Need } from './need.ts';
import type { Offer } from './offer.ts';
import type { Outcome } from './outcome.ts';
import { choosePorts, withoutPorts } from './port.ts';
import { checkRule } from './rule.ts';

/** How many evaluations are kept for people, and how many agents one search explains. */
const EVALUATIONS_MAX = 100;
const EXPLAINED_MAX = 10;

export type Placement = { readonly reservation: Reservation } | { readonly reason: string };

/** A new place. The offer it takes from is reduced at once, so that the next search of this decision sees the rest. */
export function place(context: Context, instance: InstanceRecord, pod: PodSpec, reservationId: string): Placement {
  const need = needOf(pod);
  let best: Offer | undefined;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const offer of context.state.offers.values()) {
    if (!fits(offer, need)) continue;
    const score = scoreOf(context, offer, pod.name);
    if (score <= bestScore) continue;
    if (pod.placement !== undefined && !checkRule(pod.placement, { state: context.state, offer, pod: pod.name }).passed)
      continue;
    if ('missing' in choosePorts(need.ports, offer.ports, {}, 0)) continue;
    best = offer;
    bestScore = score;
  }
  if (best === undefined) return { reason: explainNone(context, instance, pod, need) };
  const { outcome, ports } = evaluate(context, best, instance, pod, need);
  record(context, instance.name, best, outcome);
  const reservation = reserve(best, instance.name, pod, reservationId, ports);
  take(context, best, need, ports.values());
  return { reservation };
}

/** The same agent, with what the pod needs now: `none` when nothing has to change. */
export function resize(
  context: Context,
  instance: InstanceRecord,
  held: Reservation,
  pod: PodSpec,
): Placement | { readonly none: true } {
  const need = needOf(pod, held);
  const same = need.cpus === 0 && need.memoryMiB === 0 && need.diskMiB === 0 && need.ports.length === 0;
  const volumes = pod.resourceSets.flatMap((set) => set.volumes).length;
  if (
    same &&
    pod.resourceSets.length === held.sets.length &&
    volumes === held.sets.flatMap((set) => set.volumes).length &&
    pod.resourceSets.flatMap((set) => set.ports).length === held.sets.flatMap((set) => Object.keys(set.ports)).length
  ) {
    return { none: true };
  }
  const offer = context.state.offers.get(held.agentId);
  if (offer === undefined) return { reason: `${held.hostname} has made no offer since the server started` };
  const { outcome, ports } = evaluate(
    context,
    offer,
    instance,
    { ...pod, placement: { kind: 'all', rules: [] } },
    need,
  );
  record(context, instance.name, offer, outcome);
  if (!outcome.passed) return { reason: `${held.hostname}: ${outcome.reason}` };
  take(context, offer, need, ports.values());
  const next = reserve(offer, instance.name, pod, held.id, ports);
  return { reservation: { ...next, sets: next.sets.map((set) => keepHeld(set, held, pod)) } };
}

function keepHeld(set: ReservedSet, held: Reservation, pod: PodSpec): ReservedSet {
  const has = held.sets.find((other) => other.name === set.name);
  if (has === undefined) return set;
  const wanted = new Set(pod.resourceSets.find((other) => other.name === set.name)?.ports.map(({ name }) => name));
  return {
    ...set,
    ports: { ...Object.fromEntries(Object.entries(has.ports).filter(([name]) => wanted.has(name))), ...set.ports },
    volumes: set.volumes.map((volume) => has.volumes.find((other) => other.path === volume.path) ?? volume),
  };
}

const fits = (offer: Offer, need: Need): boolean =>
  offer.state === 'up' &&
  offer.cpus + EPSILON >= need.cpus &&
  offer.memoryMiB >= need.memoryMiB &&
  offer.diskMiB >= need.diskMiB;

/** Sums of fractions of a cpu are not exact. */
const EPSILON = 1e-9;

/** Spread the instances of a pod first, then take the agent with the most free memory. */
function scoreOf(context: Context, offer: Offer, pod: string): number {
  const here = context.state.index.placed.get(pod)?.get(offer.agentId) ?? 0;
  return -here * 1e9 + offer.memoryMiB;
}

function evaluate(
  context: Context,
  offer: Offer,
  instance: InstanceRecord,
  pod: PodSpec,
  need: Need,
): { readonly outcome: Outcome; readonly ports: ReadonlyMap<Need['ports'][number], number> } {
  const { nextId = 0 } = context.state.service ?? {};
  // A launch that found its port taken is tried again with other ports.
  const salt = (instance.backoff?.failures ?? 0) > 0 ? nextId % 1000 : 0;
  const chosen = choosePorts(need.ports, offer.ports, instance.lastPorts ?? {}, salt);
  const children: Outcome[] = [
    leaf('agent', offer.state === 'up', `${offer.hostname} is ${offer.state}`),
    ...(pod.placement === undefined ? [] : [checkRule(pod.placement, { state: context.state, offer, pod: pod.name })]),
    amount('cpus', need.cpus, offer.cpus + EPSILON, ''),
    amount('memory', need.memoryMiB, offer.memoryMiB, ' MiB'),
    amount('disk', need.diskMiB, offer.diskMiB, ' MiB'),
    'missing' in chosen
      ? leaf('ports', false, `port ${chosen.missing.port || 'any'} for ${chosen.missing.name} is not free`)
      : leaf('ports', true, need.ports.length === 0 ? 'no new port needed' : 'free'),
  ];
  const no = children.find((child) => !child.passed);
  return {
    outcome: { check: 'offer', passed: no === undefined, reason: no?.reason ?? 'fits', children },
    ports: 'missing' in chosen ? new Map() : chosen.ports,
  };
}

const leaf = (check: string, passed: boolean, reason: string): Outcome => ({ check, passed, reason, children: [] });

const round = (value: number): number => Math.round(value * 1000) / 1000;

const amount = (check: string, needed: number, free: number, unit: string): Outcome =>
  leaf(check, needed <= free, `needs ${round(needed)}${unit} ${check}, ${round(free)}${unit} free`);

function explainNone(context: Context, instance: InstanceRecord, pod: PodSpec, need: Need): string {
  const { offers } = context.state;
  if (offers.size === 0) return 'no agent has made an offer yet';
  const reasons = new Map<string, number>();
  let explained = 0;
  for (const offer of offers.values()) {
    if (explained >= EXPLAINED_MAX) break;
    explained += 1;
    const { outcome } = evaluate(context, offer, instance, pod, need);
    record(context, instance.name, offer, outcome);
    reasons.set(`${offer.hostname}: ${outcome.reason}`, 1);
  }
  const more = offers.size - explained;
  return `no agent fits: ${[...reasons.keys()].join('; ')}${more > 0 ? `; and ${more} more agents` : ''}`;
}

function record(context: Context, instance: string, offer: Offer, outcome: Outcome): void {
  const { evaluations } = context.state;
  evaluations.push({ atMs: context.nowMs, instance, agentId: offer.agentId, hostname: offer.hostname, outcome });
  if (evaluations.length > EVALUATIONS_MAX) evaluations.splice(0, evaluations.length - EVALUATIONS_MAX);
}

function reserve(
  offer: Offer,
  instance: string,
  pod: PodSpec,
  id: string,
  ports: ReadonlyMap<Need['ports'][number], number>,
): Reservation {
  return {
    id,
    instance,
    agentId: offer.agentId,
    hostname: offer.hostname,
    address: offer.address,
    sets: pod.resourceSets.map((set) => ({
      name: set.name,
      cpus: set.cpus,
      memoryMiB: set.memoryMiB,
      ports: Object.fromEntries(
        [...ports].filter(([need]) => need.set === set.name).map(([need, port]) => [need.name, port]),
      ),
      volumes: set.volumes.map(({ path, type, sizeMiB }) => ({
        id: `${id}__${set.name}__${path}`,
        path,
        type,
        sizeMiB,
      })),
    })),
  };
}

/** What a reservation held is free again: the next search need not wait for the engine's next offer. */
export function untake(context: Context, { agentId, sets }: Reservation): void {
  const offer = context.state.offers.get(agentId);
  if (offer === undefined) return;
  const sum = (amountOf: (set: ReservedSet) => number): number => sets.reduce((all, set) => all + amountOf(set), 0);
  const ports = sets.flatMap((set) => Object.values(set.ports)).map((port) => ({ begin: port, end: port }));
  context.state.offers.set(agentId, {
    ...offer,
    cpus: offer.cpus + sum(({ cpus }) => cpus),
    memoryMiB: offer.memoryMiB + sum(({ memoryMiB }) => memoryMiB),
    diskMiB: offer.diskMiB + sum(({ volumes }) => volumes.reduce((all, { sizeMiB }) => all + sizeMiB, 0)),
    ports: [...ports, ...offer.ports],
  });
}

function take(context: Context, offer: Offer, need: Need, ports: Iterable<number>): void {
  context.state.offers.set(offer.agentId, {
    ...offer,
    cpus: offer.cpus - need.cpus,
    memoryMiB: offer.memoryMiB - need.memoryMiB,
    diskMiB: offer.diskMiB - need.diskMiB,
    ports: withoutPorts(offer.ports, ports),
  });
}
