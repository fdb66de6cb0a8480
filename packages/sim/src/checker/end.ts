/** After everything has healed: the cluster is as the last accepted configuration says, or nothing is left of it. */
import type { Tenant } from '../cluster/tenant.ts';
import type { SimTask } from '../cluster/task.ts';
import { specOf } from '../shape/spec.ts';
import type { Shape } from '../shape/shape.ts';
import type { Ledger } from '../ledger.ts';
import { instancesOf } from '@warder/core';
import type { PodSpec, TaskSpec } from '@warder/core';

export type Overrides = ReadonlyMap<string, ReadonlyMap<string, string | undefined>>;

/** Everything that is not as it should be. */
export function shortcomings(tenant: Tenant, ledger: Ledger, overrides: Overrides, target: Shape): readonly string[] {
  const found: string[] = [];
  const live = tenant.live();
  const wanted = new Set<string>();
  for (const run of ledger.runs()) {
    if (run.ended !== undefined) continue;
    const waits = ledger
      .steps(run)
      .filter(({ status }) => status !== 'COMPLETE')
      .map(({ id, name, status, reason }) => `${id} ${name} ${status} ${reason?.text ?? ''}`);
    found.push(
      `${run.id} (${run.plan}) has not ended${run.paused === undefined ? '' : ' (paused)'}: ${waits.join('; ')}`,
    );
  }
  for (const pod of specOf(target).pods) {
    for (const index of instancesOf(pod)) {
      const instance = `${pod.name}-${index}`;
      wanted.add(instance);
      for (const spec of pod.tasks) found.push(...taskShortcomings(tenant, instance, pod, spec));
      const server = live.find(({ name }) => name === `${instance}-server`);
      if (server !== undefined) found.push(...liveShortcomings(server, overrides, target));
    }
  }
  const named = specOf(target).pods.flatMap((pod) => pod.tasks.map((task) => `${pod.name} ${task.name}`));
  for (const task of live) {
    const [pod, name] = [
      task.instance.slice(0, task.instance.lastIndexOf('-')),
      task.name.slice(task.instance.length + 1),
    ];
    if (!wanted.has(task.instance)) found.push(`${task.id} runs, but ${task.instance} is not wanted`);
    else if (!named.includes(`${pod} ${name}`)) found.push(`${task.id} runs, but no such task is wanted`);
  }
  for (const { id, instance } of tenant.reservations.values()) {
    if (ledger.instance(instance)?.reservation?.id !== id) found.push(`reservation ${id} is nobody's`);
    if (!wanted.has(instance)) found.push(`reservation ${id} is of ${instance}, which is not wanted`);
  }
  return found;
}

function taskShortcomings(tenant: Tenant, instance: string, pod: PodSpec, spec: TaskSpec): readonly string[] {
  const name = `${instance}-${spec.name}`;
  const mine = [...tenant.tasks.values()].filter((task) => task.name === name);
  if (spec.goal === 'RUNNING') {
    const task = mine.find(({ state }) => state === 'RUNNING');
    if (task === undefined) return [`${name} does not run`];
    if (!task.ready) return [`${name} is not ready`];
    const set = pod.resourceSets.find((one) => one.name === spec.resourceSet);
    const held = tenant.reservations.get(task.reservationId)?.sets.find((one) => one.name === spec.resourceSet);
    const same =
      isOf(task, spec) && set?.cpus === held?.cpus && set?.ports.length === Object.keys(held?.ports ?? {}).length;
    return same ? [] : [`${name} runs with ${JSON.stringify(task.launch.env['VERSION'])}, not with the target`];
  }
  const reservation = [...tenant.reservations.values()].find((one) => one.instance === instance);
  const done = mine.some(
    (task) =>
      task.state === 'FINISHED' && (spec.goal === 'FINISH' ? isOf(task, spec) : task.reservationId === reservation?.id),
  );
  return done ? [] : [`${name} has not finished once as it should`];
}

const isOf = (task: SimTask, spec: TaskSpec): boolean =>
  task.launch.cmd === spec.cmd && Object.entries(spec.env).every(([key, value]) => task.launch.env[key] === value);

/** What a server has in force: what its files said at its start, and what procedures have set over them since. */
function liveShortcomings(server: SimTask, overrides: Overrides, target: Shape): readonly string[] {
  const text = server.launch.files.find(({ path }) => path === 'live')?.content ?? '';
  const pairs = text.split(';').flatMap((pair) => (pair === '' ? [] : [pair.split('=') as [string, string]]));
  const values = new Map<string, string | undefined>(pairs);
  for (const [key, value] of overrides.get(server.instance) ?? []) values.set(key, value);
  const have = JSON.stringify([...values].filter(([, value]) => value !== undefined).toSorted(byKey));
  const want = JSON.stringify(Object.entries(target.live).toSorted(byKey));
  return have === want ? [] : [`${server.name} has the live values ${have}, not ${want}`];
}

export function leftOvers(tenant: Tenant, records: number): readonly string[] {
  return [
    ...tenant.live().map(({ id }) => `${id} still runs after the uninstall`),
    ...[...tenant.reservations.keys()].map((id) => `${id} is still held after the uninstall`),
    ...(records === 0 ? [] : [`${records} records are left after the uninstall`]),
  ];
}

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
