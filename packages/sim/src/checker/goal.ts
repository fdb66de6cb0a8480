import type { StepRecord } from '@warder/core';
import type { Ledger } from '../ledger.ts';
import { isBegun } from '../truth.ts';
import type { Checker, Truth, Violate } from '../truth.ts';

/** What is complete is done: it runs and is ready, it has stopped, it is given back, it was called. */
export function goal({ tenant, ledger }: Truth, violate: Violate): Checker {
  const called = new Set<string>();
  const lackOf = (step: StepRecord): string | undefined => {
    const { id, work } = step;
    switch (work.kind) {
      case 'launch':
        return launchLack(ledger, step, work.instance);
      case 'stop': {
        const { instance, tasks = [] } = work;
        const names = tasks.map((task) => `${instance}-${task}`);
        const live = tenant
          .live()
          .find((task) => task.instance === instance && (tasks.length === 0 || names.includes(task.name)));
        return live === undefined || ledger.instance(instance) === undefined ? undefined : `${live.id} runs`;
      }
      case 'release':
        return ledger.instance(work.instance) === undefined ? undefined : `${work.instance} is still there`;
      case 'call':
        return called.delete(id) ? undefined : 'it was not called';
      case 'wait':
      case 'approve':
      case 'configure':
        return undefined;
      default:
        return work satisfies never;
    }
  };
  return {
    name: 'what is complete is done',
    call: ({ stepId, done }) => {
      if (done) called.add(stepId);
    },
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'step' || after?.status !== 'COMPLETE' || after.forced !== undefined) continue;
        if (before === undefined || before.status === 'COMPLETE' || !isBegun(before.status)) continue;
        const lack = lackOf(after);
        if (lack !== undefined) violate(`${after.id} is complete, but ${lack}`);
      }
    },
  };
}

function launchLack(ledger: Ledger, { launched = {} }: StepRecord, instance: string): string | undefined {
  // What a person has left behind is forgotten, and there is nothing to launch where it is not wanted.
  if (ledger.instance(instance) === undefined && !ledger.wants(instance)) return undefined;
  for (const [name, id] of Object.entries(launched)) {
    const task = ledger.task(instance, name);
    // Another run has started it again in the same commit.
    if (task !== undefined && task.id !== id) continue;
    if (task?.state === 'FINISHED' || (task?.state === 'RUNNING' && task.ready)) continue;
    return `${id} is ${task?.state ?? 'not known'}`;
  }
  return undefined;
}
