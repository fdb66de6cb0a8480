/**
 * Finding a place for a pod instance: the best of the agents that pass every check, and, when none does, the outcome
 * tree that says why.
 */
import type { Context } from '../context.ts';
import type { Where } from '../spec/plan.ts';
import type { InstanceRecord, Reservation, ReservedSet, ReservedVolume } from '../record/instance.ts';
import type { PodSpec } from '../spec/pod.ts';
import { checkOffer, drained } from './check.ts';
import type { Choice, Wish } from './check.ts';
import { sharesOf } from './disk.ts';
import { needOf } from './need.ts';
import type { Need } from './need.ts';
import type { Offer } from './offer.ts';
import { outcomeOf } from './outcome.ts';
import type { Check } from './outcome.ts';
import { withoutPorts } from './port.ts';
import { isEnough, reserve } from './reserve.ts';
import { checkRule, placementOf } from './rule.ts';
import { countPlace } from './tally.ts';
import { checkWhere } from './where.ts';

/** How many evaluations are kept for people, and how many agents one search explains. */
const EVALUATIONS_MAX = 100;
const EXPLAINED_MAX = 10;

export type Placement = { readonly reservation: Reservation } | { readonly reason: string };

/** What a search looks at and writes down. */
type Search = Pick<Context, 'state' | 'nowMs'>;

/** A new place. The offer it takes from is reduced at once, so that the next search of this decision sees the rest. */
export function place(
  context: Context,
  instance: InstanceRecord,
  pod: PodSpec,
  reservationId: string,
  where: Where = {},
): Placement {
  const { state } = context;
  const shortlist = state.offers.shortlist(pod, regionOf(context, instance));
  const best = shortlist.best(state, where);
  const { need } = shortlist;
  if (best === undefined) return { reason: explainNone(context, instance, { pod, need, where }) };
  const { choice } = evaluate(context, best, instance, { pod, need, where });
  take(context, best, need, choice);
  return { reservation: reserve(best, { id: reservationId, instance: instance.name, pod, choice }) };
}

/**
 * Why no new place for the instance would be found there now, were the one that it has not there any more; undefined: one
 * would. Nobody keeps it free. Takes nothing.
 */
export function lackOfPlace(search: Search, instance: InstanceRecord, pod: PodSpec, where: Where): string | undefined {
  const { state } = search;
  const { reservation: _reservation, ...without } = instance;
  countPlace(state, instance, without);
  const shortlist = state.offers.shortlist(pod, regionOf(search, instance));
  const { need } = shortlist;
  const isThere = shortlist.best(state, where) !== undefined;
  const lack = isThere ? undefined : explainNone(search, without, { pod, need, where });
  countPlace(state, without, instance);
  return lack;
}

/** The same agent, with what the pod needs now: `none` when nothing has to change. */
export function resize(
  context: Context,
  instance: InstanceRecord,
  held: Reservation,
  pod: PodSpec,
): Placement | { readonly none: true } {
  const offer = context.state.offers.get(held.agentId);
  if (offer?.maintenance === 'drained') return { reason: drained(held.hostname) };
  const need = needOf(pod, held);
  if (need.ports.length === 0 && isEnough(held, pod)) return { none: true };
  if (offer === undefined) return { reason: `${held.hostname} has made no offer since the server started` };
  const { check, choice } = evaluate(context, offer, instance, { pod, need, held });
  if (!check.passed) return { reason: `${held.hostname}: ${check.reason()}` };
  take(context, offer, need, choice);
  return { reservation: reserve(offer, { id: held.id, instance: instance.name, pod, choice }, held) };
}

function regionOf({ state }: Search, { configId }: InstanceRecord): string | undefined {
  const config = state.configs.get(configId) ?? state.configs.get(state.service?.targetConfigId ?? '');
  return config?.spec.region;
}

/** All checks are made, also after a no, so that the outcome says everything; it is kept for people. */
function evaluate(
  search: Search,
  offer: Offer,
  instance: InstanceRecord,
  wish: Wish,
): { readonly check: Check; readonly choice: Choice } {
  const { state, nowMs } = search;
  const { pod, held, where = {} } = wish;
  // A launch that found its port taken is tried again with other ports.
  const salt = (instance.backoff?.failures ?? 0) > 0 ? (state.service?.nextId ?? 0) % 1000 : 0;
  const { checks, choice } = checkOffer(offer, { ...wish, last: instance.lastPorts ?? {}, salt });
  // Rules are for new places: nothing that has one is moved by them.
  const placement = held === undefined ? placementOf(pod, regionOf(search, instance)) : undefined;
  const ruled = placement === undefined ? [] : [checkRule(placement, { state, offer, pod: pod.name })];
  const all = [...checkWhere(offer, where), ...checks.slice(0, 1), ...ruled, ...checks.slice(1)];
  const no = all.find(({ passed }) => !passed);
  const check: Check = { name: 'offer', passed: no === undefined, reason: no?.reason ?? (() => 'fits'), children: all };
  const { evaluations } = state;
  const { agentId, hostname } = offer;
  evaluations.push({
    atMs: nowMs,
    instance: instance.name,
    agentId,
    hostname,
    // Of ten thousand places that are found at once, nobody reads more than the last.
    get outcome() {
      return outcomeOf(check);
    },
  });
  if (evaluations.length > EVALUATIONS_MAX) evaluations.splice(0, evaluations.length - EVALUATIONS_MAX);
  return { check, choice };
}

function explainNone(search: Search, instance: InstanceRecord, wish: Wish & { readonly where: Where }): string {
  const { offers } = search.state;
  if (offers.size === 0) return 'no agent has made an offer yet';
  const { on } = wish.where;
  const asked =
    on === undefined ? [...offers.values()] : [...offers.values()].filter(({ hostname }) => hostname === on);
  if (asked.length === 0) return `there is no agent ${on}: there are ${few([...offers.values()])}`;
  const reasons = new Set<string>();
  for (const offer of asked.slice(0, EXPLAINED_MAX)) {
    const { check } = evaluate(search, offer, instance, wish);
    reasons.add(`${offer.hostname}: ${check.reason()}`);
  }
  const more = Math.max(0, asked.length - EXPLAINED_MAX);
  return `no agent fits: ${[...reasons].join('; ')}${more > 0 ? `; and ${more} more agents` : ''}`;
}

function few(offers: readonly Offer[]): string {
  const names = offers.slice(0, EXPLAINED_MAX).map(({ hostname }) => hostname);
  const more = offers.length - names.length;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function take(context: Context, offer: Offer, need: Need, { ports, disks }: Choice): void {
  const taken = new Set([...disks.values()].map(({ id }) => id));
  context.state.offers.set(offer.agentId, {
    ...offer,
    cpus: offer.cpus - need.cpus,
    memoryMiB: offer.memoryMiB - need.memoryMiB,
    diskMiB: offer.diskMiB - sharesOf(need, offer).diskMiB,
    ...(offer.gpus === undefined ? {} : { gpus: offer.gpus - need.gpus }),
    ...(offer.disks === undefined ? {} : { disks: offer.disks.filter(({ id }) => !taken.has(id)) }),
    ports: withoutPorts(offer.ports, ports.values()),
  });
}

/**
 * What a reservation held is free again: the next search need not wait for the engine's next offer. Whole disks come
 * back with that: what they are is for the engine to say.
 */
export function untake(context: Context, { agentId, sets, volumes = [] }: Reservation): void {
  const offer = context.state.offers.get(agentId);
  if (offer === undefined) return;
  const sum = (amountOf: (set: ReservedSet) => number): number => sets.reduce((all, set) => all + amountOf(set), 0);
  const share = ({ diskId, sizeMiB }: ReservedVolume): number => (diskId === undefined ? sizeMiB : 0);
  const disk = [...volumes, ...sets.flatMap((set) => set.volumes)].reduce((all, volume) => all + share(volume), 0);
  const ports = sets.flatMap((set) => Object.values(set.ports)).map((port) => ({ begin: port, end: port }));
  context.state.offers.set(agentId, {
    ...offer,
    cpus: offer.cpus + sum(({ cpus }) => cpus),
    memoryMiB: offer.memoryMiB + sum(({ memoryMiB }) => memoryMiB),
    diskMiB: offer.diskMiB + disk,
    ...(offer.gpus === undefined ? {} : { gpus: offer.gpus + sum(({ gpus = 0 }) => gpus) }),
    ports: [...ports, ...offer.ports],
  });
}
