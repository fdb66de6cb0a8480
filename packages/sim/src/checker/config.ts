import type { StepRecord, TaskRecord } from '@warder/core';
import type { Checker, Truth, Violate } from '../truth.ts';
import type { Written } from '../written.ts';

/** A recovery starts what failed as it was: it smuggles in no update. Parameters of a run reach what it launches. */
export function config({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'a recovery keeps the configuration of its instance',
    committing: (written) => {
      for (const change of written) {
        if (change.kind !== 'task' || change.after === undefined || change.after.id === change.before?.id) continue;
        const step = launcherOf(written, change.after);
        const run = ledger.run(step?.runId ?? '');
        if (run?.plan !== 'recovery') continue;
        const { id, instance, configId, params } = change.after;
        const own = configAfter(written, instance) ?? ledger.instance(instance)?.configId;
        if (configId !== own) violate(`${id} is recovered with ${configId}, and its instance has ${own}`);
        // What is started empty has nothing from before.
        if (ledger.instance(instance)?.releasing !== undefined) continue;
        if (JSON.stringify(params) !== JSON.stringify(change.before?.params))
          violate(`${id} is recovered with other parameters than it had`);
      }
    },
    launching: ({ reservation, tasks }) => {
      for (const { name, taskId, env } of tasks) {
        const task = ledger.task(reservation.instance, name.slice(reservation.instance.length + 1));
        for (const [key, value] of Object.entries(task?.params ?? {})) {
          if (env[key] !== value) violate(`${taskId} is launched with ${key}=${env[key]}, and its run says ${value}`);
        }
      }
    },
  };
}

/** The step that has launched the task in this very commit. */
function launcherOf(written: readonly Written[], { id }: TaskRecord): StepRecord | undefined {
  for (const { kind, after } of written) {
    if (kind === 'step' && Object.values(after?.launched ?? {}).includes(id)) return after;
  }
  return undefined;
}

/** Where a request in the same commit has given the instance another configuration. */
const configAfter = (written: readonly Written[], instance: string): string | undefined => {
  const config = written.find(({ kind, after }) => kind === 'config' && after !== undefined);
  if (config === undefined) return undefined;
  for (const { kind, id, after } of written) if (kind === 'instance' && id === instance) return after?.configId;
  return undefined;
};
