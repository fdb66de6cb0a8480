import { volumesOf } from '../cluster/agent.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** Never a volume of two owners; never one destroyed while its instance wants it or a task uses it. */
export function volume({ tenant, ledger }: Truth, violate: Violate): Checker {
  const owners = new Map<string, string>();
  return {
    name: 'volumes have one owner and live as long as they are wanted',
    launching: ({ reservation }) => {
      for (const { id } of volumesOf(reservation)) {
        const owner = owners.get(id) ?? reservation.id;
        owners.set(id, owner);
        if (owner !== reservation.id) violate(`volume ${id} of ${owner} is used by ${reservation.id}`);
      }
      const held = tenant.reservations.get(reservation.id);
      if (held !== undefined && (held.instance !== reservation.instance || held.agentId !== reservation.agentId)) {
        violate(`${reservation.id} moved from ${held.instance} on ${held.agentId}`);
      }
      for (const gone of held === undefined ? [] : volumesOf(held)) {
        if (!volumesOf(reservation).some(({ id }) => id === gone.id))
          violate(`volume ${gone.id} is dropped by a launch`);
      }
    },
    releasing: (reservation, why) => {
      const instance = ledger.instance(reservation.instance);
      const wanted = instance?.reservation?.id === reservation.id;
      if (why === 'orphan') {
        if (wanted) violate(`${reservation.id} is released as an orphan, but ${reservation.instance} wants it`);
        return;
      }
      if (!wanted || instance.releasing === undefined)
        violate(`the store does not know that ${reservation.id} is released`);
      const allowed = ledger
        .runs()
        .flatMap((run) => ledger.steps(run))
        .some(({ work }) => 'instance' in work && work.instance === reservation.instance && isReleasing(work));
      if (!allowed) violate(`${reservation.id} is released, but no replace, decommission or uninstall asked for it`);
    },
  };
}

const isReleasing = (work: { readonly kind: string; readonly replace?: boolean }): boolean =>
  work.kind === 'release' || work.replace === true;
