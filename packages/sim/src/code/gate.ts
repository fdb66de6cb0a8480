import type { GateAnswer } from '@warder/core';
import type { Gate, GateContext } from '@warder/scheduler';
import type { Tenant } from '../cluster/tenant.ts';
import { hang } from './options.ts';
import type { CodeOptions } from './options.ts';

export function gatesOf(options: CodeOptions): Readonly<Record<string, Gate>> {
  const gate =
    (look: (context: GateContext, tenant: Tenant) => GateAnswer): Gate =>
    async (context) => {
      const answer = await slow(options, () => look(context, options.tenant));
      const { stepId, moment, instance } = context;
      options.trace(`gate ${moment} of ${instance.name} ${answer.open ? 'open' : 'closed'}`);
      options.gate({ atMs: options.clock.now(), stepId, instance: instance.name, moment, open: answer.open });
      return answer;
    };
  return { 'safe-to-stop': gate(safeToStop), 'caught-up': gate(caughtUp) };
}

/** It takes time before and after the look, and things happen meanwhile. */
async function slow({ clock, random, faults }: CodeOptions, look: () => GateAnswer): Promise<GateAnswer> {
  await clock.sleep(random.between(0, 200));
  const { gateFails, gateClosed, gateHangs } = faults();
  if (random.chance(gateHangs)) await hang();
  if (random.chance(gateFails)) throw new Error('the gate could not connect');
  const answer = random.chance(gateClosed) ? { open: false, reason: 'not now' } : look();
  await clock.sleep(random.between(0, 200));
  return answer;
}

function safeToStop({ service, instance, pending }: GateContext, tenant: Tenant): GateAnswer {
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

function caughtUp({ instance }: GateContext, tenant: Tenant): GateAnswer {
  return isCaughtUp(tenant, instance.name)
    ? { open: true, reason: 'in sync' }
    : { open: false, reason: `${instance.name} is catching up` };
}

export const isCaughtUp = (tenant: Tenant, instance: string): boolean =>
  tenant.live().find(({ name }) => name === `${instance}-server`)?.caughtUpMs !== undefined;
