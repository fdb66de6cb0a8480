/** What a scheduler has in mind is what its store holds, and its index is what a restart would make of it. */
import { restore } from '@warder/core';
import type { State } from '@warder/core';
import type { Ledger } from '../ledger.ts';

export function memoryLapses(state: State, ledger: Ledger): readonly string[] {
  return [...recordLapses(state, ledger), ...indexLapses(state, restore(ledger.entries()))];
}

/** Records are immutable: the very objects that were committed. */
function recordLapses(state: State, ledger: Ledger): readonly string[] {
  const tasks = [...state.tasks.values()].flatMap((named) => [...named.values()]);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['service', state.service, ledger.service()],
    ...[...state.configs.values()].map((config) => [config.id, config, ledger.config(config.id)] as const),
    ...[...state.instances.values()].map((one) => [one.name, one, ledger.instance(one.name)] as const),
    ...tasks.map((task) => [task.id, task, ledger.task(task.instance, task.name)] as const),
    ...[...state.runs.values()].map((run) => [run.id, run, ledger.run(run.id)] as const),
    ...[...state.steps.values()].map((step) => [step.id, step, ledger.step(step.id)] as const),
  ];
  const lapses = pairs.flatMap(([name, inMind, kept]) =>
    inMind === kept ? [] : [`${name}: in mind ${JSON.stringify(inMind)}, in the store ${JSON.stringify(kept)}`],
  );
  const stored = ledger.entries().length;
  return pairs.length === stored ? lapses : [...lapses, `${pairs.length} records in mind, ${stored} in the store`];
}

function indexLapses({ index }: State, { index: restored }: State): readonly string[] {
  const left = partsOf(index);
  const right = partsOf(restored);
  return Object.keys(left).flatMap((part) => {
    const [inMind, anew] = [left[part] ?? new Map(), right[part] ?? new Map()];
    if (inMind.size === anew.size && [...inMind].every(([key, value]) => anew.get(key) === value)) return [];
    return [`${part}: in mind ${textOf(inMind)}, after a restart ${textOf(anew)}`];
  });
}

/** What of the index is derived from the records alone, as plain values. */
function partsOf(index: State['index']): Readonly<Record<string, ReadonlyMap<string, unknown>>> {
  const { owner, claims, activeRuns, progress, placed, taskById } = index;
  return {
    owner,
    claims: new Map([...claims].map(([name, ids]) => [name, [...ids].toSorted().join(' ')])),
    activeRuns: new Map([...activeRuns].map((id) => [id, true])),
    remaining: new Map([...progress].map(([key, { remaining }]) => [key, remaining])),
    begun: new Map([...progress].map(([key, { begun }]) => [key, [...begun].toSorted().join(' ')])),
    placed: new Map(
      [...placed].flatMap(([pod, at]) =>
        [...at].map(([agent, names]) => [`${pod} ${agent}`, [...names].toSorted().join(' ')]),
      ),
    ),
    taskById: new Map([...taskById].map(([id, { instance, name }]) => [id, `${instance} ${name}`])),
  };
}

const textOf = (map: ReadonlyMap<string, unknown>): string => JSON.stringify([...map].toSorted(byKey));

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
