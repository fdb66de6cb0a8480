/** How many instances of a pod there are for each value of a field: what placement rules count. */
import type { InstanceRecord } from '../record/instance.ts';
import type { State } from '../state.ts';

/** Values that have no instance are not in it. */
export class Tally {
  readonly #counts = new Map<string, number>();
  /** How many values have so many instances: few different counts, however many values. */
  readonly #levels = new Map<number, number>();

  /** `by` is 1 or -1. */
  add(value: string, by: number): void {
    const before = this.at(value);
    const after = before + by;
    if (after === 0) this.#counts.delete(value);
    else this.#counts.set(value, after);
    if (before > 0) this.#level(before, -1);
    if (after > 0) this.#level(after, 1);
  }

  at(value: string): number {
    return this.#counts.get(value) ?? 0;
  }

  /** How many values have an instance. */
  get values(): number {
    return this.#counts.size;
  }

  /** Every value that has an instance has as many as the others. */
  get isLevel(): boolean {
    return this.#levels.size <= 1;
  }

  /** How many the value with the fewest has, of those that have any. */
  get least(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const count of this.#levels.keys()) least = Math.min(least, count);
    return least;
  }

  #level(count: number, by: number): void {
    const values = (this.#levels.get(count) ?? 0) + by;
    if (values === 0) this.#levels.delete(count);
    else this.#levels.set(count, values);
  }
}

const none = new Tally();

export const tallyOf = ({ index }: State, pod: string, field: string): Tally =>
  index.tallies.get(pod)?.get(field) ?? none;

export const countOn = ({ index }: State, pod: string, agentId: string): number =>
  index.placed.get(pod)?.get(agentId)?.size ?? 0;

/** An instance counts from when a place is made for it until that is given back, wherever its agent is by then. */
export function countPlace(state: State, before: InstanceRecord | undefined, after: InstanceRecord | undefined): void {
  if (before?.reservation === after?.reservation) return;
  if (before !== undefined) count(state, before, -1);
  if (after !== undefined) count(state, after, 1);
}

function count(state: State, { name, pod, reservation }: InstanceRecord, by: 1 | -1): void {
  if (reservation === undefined) return;
  const { agentId, hostname, attributes } = reservation;
  const agents = state.index.placed.getOrInsertComputed(pod, () => new Map<string, Set<string>>());
  const here = agents.getOrInsertComputed(agentId, () => new Set<string>());
  if (by === 1) here.add(name);
  else here.delete(name);
  if (here.size === 0) agents.delete(agentId);
  const tallies = state.index.tallies.getOrInsertComputed(pod, () => new Map<string, Tally>());
  for (const [field, value] of Object.entries({ ...attributes, hostname })) {
    tallies.getOrInsertComputed(field, () => new Tally()).add(value, by);
  }
  state.offers.touch(agentId);
}
