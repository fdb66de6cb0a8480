/** After the launch: until every task has reached its goal and the gates after it are open. */
import type { Context } from '../context.ts';
import type { LaunchWork, StepRecord } from '../record/step.ts';
import type { TaskRecord } from '../record/task.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { Goal } from '../spec/task.ts';
import { isEnded } from '../task/state.ts';
import { kill } from '../task/kill.ts';
import { putStep } from '../write.ts';
import { passes } from './gate.ts';
import { soak, soakText, spoil } from './soak.ts';
import { complete, hold } from './step.ts';

export function watchLaunch(
  context: Context,
  step: StepRecord,
  work: LaunchWork,
  pod: PodSpec,
  launched: Readonly<Record<string, string>>,
): void {
  const have = context.state.tasks.get(work.instance);
  const waits: string[] = [];
  let starting = false;
  let serves = false;
  const mine = pod.tasks.map(({ name }) => name).filter((name) => work.tasks.includes(name) && have?.has(name));
  // What an earlier attempt has launched belongs to the step as well.
  for (const name of new Set([...Object.keys(launched), ...mine])) {
    const task = have?.get(name);
    const { goal, essential } = pod.tasks.find((spec) => spec.name === name) ?? { goal: 'RUNNING', essential: true };
    serves ||= goal === 'RUNNING' && essential;
    if (task === undefined || hasFailed(task, goal)) {
      again(context, step, work, pod, task, name);
      return;
    }
    const wait = waitFor(task, goal);
    if (wait === undefined) continue;
    waits.push(`${work.instance}-${name} ${wait}`);
    if (task.state !== 'RUNNING') starting = true;
  }
  const [first] = waits;
  if (first !== undefined) {
    const again = step.passed.length > 0 ? { passed: [] } : {};
    hold(context, spoil(context, step), starting ? 'STARTING' : 'STARTED', first, again);
    return;
  }
  // What has only prepared the instance has brought nothing back that a gate could look at.
  if (serves && !passes(context, step, 'start', pod.gates.start, work.instance)) return;
  if (soak(context, step, work.soakMs ?? 0) === 0) complete(context, step);
  else goesOn(context, step, work.soakMs ?? 0);
}

/** All is good: the next look asks its gates again. */
function goesOn(context: Context, step: StepRecord, soakMs: number): void {
  const { soakingMs = context.nowMs } = step;
  const began = step.soakingMs === undefined ? { soakingMs } : {};
  const again = step.passed.length > 0 ? { passed: [] } : {};
  hold(context, step, 'STARTED', soakText(soakingMs, soakMs), { ...began, ...again });
}

const hasFailed = (task: TaskRecord, goal: Goal): boolean =>
  isEnded(task.state) && !(goal !== 'RUNNING' && task.state === 'FINISHED');

function waitFor(task: TaskRecord, goal: Goal): string | undefined {
  if (task.state === 'FINISHED') return undefined;
  if (task.state === 'UNREACHABLE') return `cannot be reached on ${task.agentId}`;
  if (task.state !== 'RUNNING') return task.message ?? 'is being started';
  if (goal !== 'RUNNING') return 'has not finished yet';
  if (task.ready) return undefined;
  return task.message === undefined ? 'is not ready yet' : `is not ready yet: ${task.message}`;
}

/** One of its tasks failed: try the launch once more, all of it if an essential task was concerned. */
function again(
  context: Context,
  step: StepRecord,
  work: LaunchWork,
  pod: PodSpec,
  task: TaskRecord | undefined,
  name: string,
): void {
  const essential = pod.tasks.find((spec) => spec.name === name)?.essential ?? true;
  if (essential) {
    for (const other of context.state.tasks.get(work.instance)?.values() ?? []) {
      if (other.name in (step.launched ?? {})) kill(context, other, `${name} failed, which is essential`);
    }
  }
  const { launched: _launched, soakingMs: _soakingMs, ...rest } = step;
  context.state.index.asked.delete(step.id);
  const text = `${work.instance}-${name} ${task === undefined ? 'is unknown' : endOf(task)}`;
  // What still runs with the right configuration is left alone by the next look: restart only what was not launched yet.
  putStep(context, {
    ...rest,
    status: 'PREPARED',
    work: { ...work, restart: false },
    passed: [],
    reason: { text, sinceMs: context.nowMs },
  });
  context.agenda.add(`step:${step.id}`);
}

/** `FAILED (exit 137, out of memory): ...`. */
export function endOf(task: TaskRecord): string {
  const { exit } = task;
  const how = [
    ...(exit?.code === undefined ? [] : [`exit ${exit.code}`]),
    ...(exit?.signal === undefined ? [] : [`signal ${exit.signal}`]),
    ...(exit?.outOfMemory === true ? ['out of memory'] : []),
  ].join(', ');
  return `${task.state}${how === '' ? '' : ` (${how})`}${task.message === undefined ? '' : `: ${task.message}`}`;
}
