import type { PhaseSpec } from '@warder/core';
import type { Procedure, ProcedureContext } from '@warder/scheduler';
import { hang } from './options.ts';
import type { CodeOptions } from './options.ts';

export function proceduresOf(options: CodeOptions): Readonly<Record<string, Procedure>> {
  const procedure =
    (work: (context: ProcedureContext, options: CodeOptions) => void): Procedure =>
    async (context) => {
      const { clock, random, faults, call, trace } = options;
      const { stepId } = context;
      const life = options.lives();
      await clock.sleep(random.between(10, 1_000));
      if (options.lives() !== life) await hang();
      const { callFails, callHangs } = faults();
      if (random.chance(callHangs)) await hang();
      const half = random.chance(0.5);
      const fails = random.chance(callFails);
      if (fails && half) throw new Error('could not connect');
      work(context, options);
      call({ stepId, done: !fails });
      trace(`call of ${stepId} ${fails ? 'breaks' : 'is done'}`);
      if (fails) throw new Error('the connection broke');
      return {};
    };
  return {
    'set-live': procedure(setLive),
    'set-up': procedure(({ runId }, { setUps }) => void setUps.add(runId)),
    'tear-down': procedure(({ runId }, { setUps }) => void setUps.delete(runId)),
    note: procedure(() => {}),
    more: procedure(more),
  };
}

function setLive({ instance, args }: ProcedureContext, { tenant, overrides, trace }: CodeOptions): void {
  if (instance === undefined) throw new Error('set-live is for one instance');
  const { set, unset } = args as { readonly set: Readonly<Record<string, string>>; readonly unset: readonly string[] };
  if (!tenant.live().some((task) => task.name === `${instance.name}-server` && task.ready)) {
    throw new Error(`${instance.name} does not answer`);
  }
  const own = overrides.get(instance.name) ?? new Map<string, string | undefined>();
  overrides.set(instance.name, own);
  for (const [key, value] of Object.entries(set)) own.set(key, value);
  for (const key of unset) own.set(key, undefined);
  trace(`live values of ${instance.name}: ${JSON.stringify([...own])}`);
}

/** The rest of its run depends on what it finds. */
function more({ addPhases }: ProcedureContext, { random }: CodeOptions): void {
  const phase = (at: number): PhaseSpec => ({
    name: `more-${at}`,
    pod: 'node',
    strategy: at === 0 ? 'serial' : 'parallel',
    steps: [{ kind: 'call', name: 'note', procedure: 'note' }],
  });
  addPhases(Array.from({ length: random.between(0, 2) }, (_, at) => phase(at)));
  if (random.chance(0.3))
    addPhases([{ name: 'more-last', strategy: 'serial', steps: [{ kind: 'call', name: 'note', procedure: 'note' }] }], {
      last: true,
    });
}
