/** The package of the world's service: gates that look at a model of replication, and a procedure that sets live values. */
import type { GateAnswer } from '@warder/core';
import type { GateContext, PackageCode, ProcedureContext } from '@warder/scheduler';
import type { Tenant } from './cluster/tenant.ts';
import type { VirtualClock } from './clock.ts';
import type { Faults } from './fault.ts';
import type { Random } from './random.ts';

export type GateRecord = {
  readonly atMs: number;
  readonly instance: string;
  readonly moment: string;
  readonly open: boolean;
};

export type CodeOptions = {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: () => Faults;
  readonly tenant: Tenant;
  readonly trace: (text: string) => void;
  readonly answered: (record: GateRecord) => void;
  /** What procedures have set, by instance: it outlives restarts, but not the volume. */
  readonly overrides: Map<string, Map<string, string | undefined>>;
};

export function createCode(options: CodeOptions): PackageCode {
  const { answered, clock, trace } = options;
  const gate =
    (look: (context: GateContext, options: CodeOptions) => GateAnswer) =>
    async (context: GateContext): Promise<GateAnswer> => {
      const answer = await slow(options, () => look(context, options));
      trace(`gate ${context.moment} of ${context.instance.name} ${answer.open ? 'open' : 'closed'}`);
      answered({ atMs: clock.now(), instance: context.instance.name, moment: context.moment, open: answer.open });
      return answer;
    };
  return {
    gates: { 'safe-to-stop': gate(safeToStop), 'caught-up': gate(caughtUp) },
    procedures: { 'set-live': (context) => setLive(context, options) },
  };
}

/** It takes time before and after the look, and things happen meanwhile. */
async function slow<T extends GateAnswer>({ clock, random, faults }: CodeOptions, look: () => T): Promise<GateAnswer> {
  await clock.sleep(random.between(0, 200));
  const { gateFails, gateClosed, gateHangs } = faults();
  if (random.chance(gateHangs)) await new Promise(() => {});
  if (random.chance(gateFails)) throw new Error('the gate could not connect');
  const answer = random.chance(gateClosed) ? { open: false, reason: 'not now' } : look();
  await clock.sleep(random.between(0, 200));
  return answer;
}

function safeToStop({ service, instance, pending }: GateContext, { tenant }: CodeOptions): GateAnswer {
  const behind = service.instances.filter(
    ({ name, pod, tasks }) =>
      pod === instance.pod &&
      name !== instance.name &&
      tasks.some((task) => task.name === 'server') &&
      !(isCaughtUp(tenant, name) && tasks.some((task) => task.name === 'server' && task.ready)),
  );
  const [first] = behind;
  if (first === undefined) return { open: true, reason: 'every other instance is in sync' };
  const defer = behind.some(({ name }) => pending.includes(name));
  return { open: false, reason: `${first.name} is behind`, ...(defer ? { defer } : {}) };
}

function caughtUp({ instance }: GateContext, { tenant }: CodeOptions): GateAnswer {
  return isCaughtUp(tenant, instance.name)
    ? { open: true, reason: 'in sync' }
    : { open: false, reason: `${instance.name} is catching up` };
}

export function isCaughtUp(tenant: Tenant, instance: string): boolean {
  for (const task of tenant.live()) {
    if (task.name === `${instance}-server`) return task.caughtUpMs !== undefined;
  }
  return false;
}

async function setLive({ instance, args }: ProcedureContext, options: CodeOptions): Promise<unknown> {
  const { clock, random, faults, tenant, overrides, trace } = options;
  if (instance === undefined) throw new Error('set-live is for one instance');
  const { set, unset } = args as { readonly set: Readonly<Record<string, string>>; readonly unset: readonly string[] };
  await clock.sleep(random.between(10, 1_000));
  const { callFails, callHangs } = faults();
  if (random.chance(callHangs)) await new Promise(() => {});
  const half = random.chance(0.5);
  const fails = random.chance(callFails);
  if (fails && half) throw new Error('could not connect');
  if (!tenant.live().some((task) => task.name === `${instance.name}-server` && task.ready)) {
    throw new Error(`${instance.name} does not answer`);
  }
  const own = overrides.get(instance.name) ?? new Map<string, string | undefined>();
  overrides.set(instance.name, own);
  for (const [key, value] of Object.entries(set)) own.set(key, value);
  for (const key of unset) own.set(key, undefined);
  trace(`live values of ${instance.name}: ${JSON.stringify([...own])}`);
  if (fails) throw new Error('the connection broke');
  return {};
}
