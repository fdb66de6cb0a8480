import { list, object, optional, record, required } from '../shape/collection.ts';
import { choice, flag, number, text } from '../shape/scalar.ts';
import { step } from './step.ts';

/** `canary` is the old name of serial-canary. */
const phaseStrategy = choice(['serial', 'parallel', 'canary', 'serial-canary', 'parallel-canary']);

const phase = object({
  pod: optional(text(), 'The pod whose instances the steps are made for; without it they are made once.'),
  strategy: optional(
    phaseStrategy,
    'serial (default): one step after the other. parallel: all at once. The canary ones wait for a person twice.',
  ),
  steps: optional(list(step), 'Which steps, in which order; without it, all tasks of an instance together.'),
  after: optional(list(text()), 'In a plan with the strategy `dependency`: phases that must be complete before.'),
  cleanup: optional(
    flag(),
    'true: its steps, calls and waits alone, are done also when the run is cancelled or rolled back before it.',
  ),
  soak: optional(number({ min: 0 }), 'Seconds that each launched instance must stay at its goal.'),
});

export const plan = object({
  strategy: optional(
    choice(['serial', 'parallel', 'dependency']),
    'serial (default): one phase after the other. parallel: all at once. dependency: by `after`.',
  ),
  phases: required(record(phase, { what: 'phase' }), 'Phases by name.'),
});
