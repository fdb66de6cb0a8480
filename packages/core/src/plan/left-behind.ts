/** What a run could not take away is said in it. */
import type { Context } from '../context.ts';
import type { InstanceRecord } from '../record/instance.ts';
import type { StepRecord } from '../record/step.ts';
import { isEnded } from '../task/state.ts';
import { deleteInstance, putRun } from '../write.ts';
import { owe } from './owed.ts';

/** For people: so many of them are kept. */
export const LINES_MAX = 200;

export function leaveBehind(context: Context, step: StepRecord, instance: InstanceRecord): void {
  const run = context.state.runs.get(step.runId);
  const { reservation } = instance;
  if (run === undefined) return;
  const { leftBehind = [] } = run;
  const lines = linesOf(context, instance).filter((line) => !leftBehind.includes(line));
  if (reservation === undefined || lines.length === 0) return;
  putRun(context, { ...run, leftBehind: [...leftBehind, ...lines].slice(0, LINES_MAX) });
}

function linesOf({ state }: Context, { name, reservation }: InstanceRecord): readonly string[] {
  if (reservation === undefined) return [];
  const { hostname, id, sets, volumes = [] } = reservation;
  const tasks = [...(state.tasks.get(name)?.values() ?? [])].filter((task) => !isEnded(task.state));
  const all = [...sets.flatMap((set) => set.volumes), ...volumes];
  return [
    ...tasks.map((task) => `${hostname}: ${name}-${task.name} may still run (${task.id})`),
    ...all.map(({ path, sizeMiB }) => `${hostname}: the volume ${path} of ${name} (${sizeMiB} MiB, of ${id})`),
    ...(all.length === 0 ? [`${hostname}: the resources of ${name} (${id})`] : []),
  ];
}

/**
 * A person has said that the end of an instance counts as done, though nobody answers on its agent: it is forgotten
 * here. Should the agent come back, its tasks are killed as unknown ones and its place is given back.
 */
export function abandon(context: Context, step: StepRecord): void {
  const { state } = context;
  const { work } = step;
  if (work.kind !== 'release' && !(work.kind === 'stop' && isReleasedLater(context, step, work.instance))) return;
  const instance = state.instances.get(work.instance);
  const { reservation } = instance ?? {};
  if (instance === undefined || reservation === undefined || state.offers.get(reservation.agentId)?.state === 'up')
    return;
  leaveBehind(context, step, instance);
  deleteInstance(context, instance.name);
  for (const waiting of state.index.claims.get(instance.name) ?? []) context.agenda.add(`step:${waiting}`);
  owe(context, reservation);
}

/** Its run gives back the place of the instance as well, and has not done so. */
export const isReleasedLater = ({ state }: Context, { runId }: StepRecord, instance: string): boolean =>
  [...(state.index.claims.get(instance) ?? [])].some((id) => {
    const other = state.steps.get(id);
    return other?.runId === runId && other.work.kind === 'release';
  });
