import type { InstanceRecord, State } from '@warder/core';
import { findTask, fullName } from './task.ts';

type Property = string | number | boolean;

/** The facts of the service record, each under its name. */
export function propertiesOf({ service }: State): Readonly<Record<string, Property>> {
  if (service === undefined) return {};
  const facts = Object.entries(service).flatMap(([name, value]) =>
    typeof value === 'object' ? [] : [[name, value] as const],
  );
  return Object.fromEntries(facts);
}

/** By the full names of the tasks; those without a zone are left out. */
export function zonesByTask(state: State): Record<string, string> {
  const tasks = [...state.tasks.values()].flatMap((byName) => [...byName.values()]);
  return Object.fromEntries(
    tasks.flatMap((task) => {
      const zone = zoneOfInstance(state, state.instances.get(task.instance));
      return zone === undefined ? [] : [[fullName(task), zone]];
    }),
  );
}

export function zoneOf(state: State, task: string): string | undefined {
  return zoneOfInstance(state, state.instances.get(findTask(state, task)?.instance ?? ''));
}

export function zoneAt(state: State, pod: string, address: string): string | undefined {
  const found = [...state.instances.values()].find(
    (instance) => instance.pod === pod && instance.reservation?.address === address,
  );
  return zoneOfInstance(state, found);
}

/** As its agent was when the place was made; of an older record, as its agent is now. */
function zoneOfInstance(state: State, instance: InstanceRecord | undefined): string | undefined {
  const reservation = instance?.reservation;
  if (reservation === undefined) return undefined;
  return (reservation.attributes ?? state.offers.get(reservation.agentId)?.attributes)?.['zone'];
}
