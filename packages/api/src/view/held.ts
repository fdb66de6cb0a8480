/** What goes on only when a person says so: pauses of runs, phases and instances. Pure. */
import type { RunRecord, State } from '@warder/core';
import type { Command, Waiting } from './why.ts';

/** What of a run is paused. */
export function heldRun(run: RunRecord, command: Command): Waiting[] {
  const whole =
    run.paused === undefined ? [] : [{ what: `${run.plan} (${run.id})`, pause: run.paused, words: [run.plan] }];
  const parts = run.phases.flatMap(({ name, paused }) =>
    paused === undefined ? [] : [{ what: `${run.plan} / ${name}`, pause: paused, words: [run.plan, name] }],
  );
  return [...whole, ...parts].map(({ what, pause, words }) => ({
    what,
    reason: `paused by ${pause.by}${pause.reason === undefined ? '' : `: ${pause.reason}`}`,
    sinceMs: pause.sinceMs,
    next: command('plan', 'resume', ...words),
  }));
}

/** Instances of which a person wants nothing, or not everything, to run. */
export function heldInstances(state: State, command: Command): Waiting[] {
  return [...state.instances.values()].flatMap(({ name, paused }) => {
    if (paused === undefined) return [];
    const which = paused.tasks.length === 0 ? '' : ` (${paused.tasks.join(', ')})`;
    return [
      {
        what: name,
        reason: `paused${which} by ${paused.by}`,
        sinceMs: paused.sinceMs,
        next: command('pod', 'resume', name),
      },
    ];
  });
}
