import { hasInstance } from '@warder/core';
import type { RunRecord, StepRecord } from '@warder/core';
import { volumesOf } from '../cluster/agent.ts';
import type { Ledger } from '../ledger.ts';
import { owedOf } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** Never a volume of two owners; never one destroyed while its instance wants it or a task uses it; none forgotten. */
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
      if (ledger.service()?.owed?.some(({ id }) => id === reservation.id) === true) return;
      if (!wanted || instance.releasing === undefined)
        violate(`the store does not know that ${reservation.id} is released`);
      const allowed = ledger
        .runs()
        .some((run) => ledger.steps(run).some((step) => isReleasing(ledger, run, step, reservation.instance)));
      if (!allowed) violate(`${reservation.id} is released, but no replace, decommission or uninstall asked for it`);
    },
    // What nobody knows any more is nobody's to give back.
    committing: (written) => {
      const owed = owedOf(ledger, written);
      for (const { kind, before, after } of written) {
        if (kind !== 'instance' || before?.reservation === undefined) continue;
        const { id } = before.reservation;
        if (after?.reservation?.id !== id && tenant.reservations.has(id) && !owed.has(id))
          violate(`the store forgets ${id}, which ${before.name} holds`);
      }
    },
  };
}

/** A replace, or the end of an instance that the configuration of the run does not want, or of the service. */
function isReleasing(ledger: Ledger, run: RunRecord, { work }: StepRecord, instance: string): boolean {
  if (!('instance' in work) || work.instance !== instance) return false;
  if (work.kind === 'launch') return work.replace;
  if (work.kind !== 'release') return false;
  if (run.plan === 'uninstall') return true;
  const at = instance.lastIndexOf('-');
  const pod = ledger.config(run.configId)?.spec.pods.find(({ name }) => name === instance.slice(0, at));
  return !hasInstance(pod, Number(instance.slice(at + 1)));
}
