import type { Checker, Truth, Violate } from '../truth.ts';

/** The policy replaces what has been down for long enough, and no two instances within its delay. */
export function replacement({ ledger }: Truth, violate: Violate): Checker {
  let lastMs: number | undefined;
  const upMs = new Map<string, number>();
  return {
    name: 'the replacement policy keeps its times',
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind === 'task' && after !== undefined && (after.state === 'RUNNING' ? after.ready : false)) {
          upMs.set(after.instance, Math.max(upMs.get(after.instance) ?? 0, after.stateMs));
        }
        if (kind !== 'run' || before !== undefined || after?.plan !== 'replace' || after.cause.by !== 'warder')
          continue;
        if (after.cause.key?.includes('is down since') !== true) continue;
        const policy = ledger.config(ledger.service()?.targetConfigId ?? '')?.spec.replacement;
        const { createdMs, id } = after;
        if (policy === undefined) violate(`${id} replaces by a policy, and there is none`);
        else {
          if (lastMs !== undefined && createdMs - lastMs < policy.delayMs)
            violate(`${id} replaces ${createdMs - lastMs} ms after another one, not ${policy.delayMs}`);
          const [instance = ''] = after.cause.key.split(' ');
          if (createdMs - (upMs.get(instance) ?? 0) < policy.afterMs)
            violate(`${id} replaces ${instance}, which was up within the last ${policy.afterMs} ms`);
        }
        lastMs = createdMs;
      }
    },
  };
}
