/** What a scheduler has in mind is what its store holds, and its index is what a restart would make of it. */
import { restore } from '@warder/core';
import type { State } from '@warder/core';
import type { Store } from '@warder/store';
import { PREFIX } from '../truth.ts';

export async function memoryLapses(state: State, store: Store): Promise<readonly string[]> {
  const records = await store.load(PREFIX);
  const restored = restore(records.map(({ path, value }) => ({ path: path.slice(PREFIX.length), value })));
  const left = textsOf(state);
  const right = textsOf(restored);
  return Object.keys(left).flatMap((part) =>
    left[part] === right[part] ? [] : [`${part}: in mind ${left[part]}, in the store ${right[part]}`],
  );
}

function textsOf(state: State): Readonly<Record<string, string>> {
  const { service, configs, instances, tasks, runs, steps, index } = state;
  const sorted = (map: ReadonlyMap<string, unknown>): string => JSON.stringify([...map].toSorted(byKey));
  return {
    service: JSON.stringify(service),
    configs: sorted(configs),
    instances: sorted(instances),
    tasks: JSON.stringify(
      [...tasks].map(([name, named]) => [name, [...named].toSorted(byKey)] as const).toSorted(byKey),
    ),
    runs: sorted(runs),
    steps: sorted(steps),
    owner: sorted(index.owner),
    claims: sorted(new Map([...index.claims].map(([name, ids]) => [name, [...ids].toSorted()]))),
    activeRuns: JSON.stringify([...index.activeRuns].toSorted()),
    remaining: sorted(new Map([...index.progress].map(([key, { remaining }]) => [key, remaining]))),
    placed: sorted(new Map([...index.placed].filter(([, at]) => at.size > 0).map(([pod, at]) => [pod, sorted(at)]))),
    taskById: sorted(index.taskById),
  };
}

const byKey = (a: readonly [string, unknown], b: readonly [string, unknown]): number => (a[0] < b[0] ? -1 : 1);
