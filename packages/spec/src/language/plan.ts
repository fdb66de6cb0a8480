import { list, object, optional, record, required } from '../shape/collection.ts';
import { choice, text } from '../shape/scalar.ts';
import type { Report } from '../yaml/reader.ts';

const notYet = (strategy: string): Report => ({
  code: 'unsupported',
  message: `Warder does not offer the strategy \`${strategy}\` yet`,
  next: 'write `serial` or `parallel`; a run can be paused by hand after its first step',
});

const phaseStrategy = choice(['serial', 'parallel'], {
  refused: Object.fromEntries(['canary', 'serial-canary', 'parallel-canary'].map((each) => [each, notYet(each)])),
});

/** `default` or the number of an instance, to a list of steps, each a list of tasks launched together. */
const steps = list(record(list(list(text())), { min: 1, what: 'instance number or `default`' }));

const phase = object({
  pod: required(text(), 'The pod whose instances are launched.'),
  strategy: optional(phaseStrategy, 'serial (default): one step after the other. parallel: all at once.'),
  steps: optional(steps, 'Which tasks, in which order; without it, all tasks of an instance together.'),
});

export const plan = object({
  strategy: optional(choice(['serial', 'parallel']), 'serial (default): one phase after the other.'),
  phases: required(record(phase, { what: 'phase' }), 'Phases by name.'),
});

/** Warder makes these plans itself. */
export const generatedPlans: readonly string[] = ['recovery', 'decommission', 'uninstall'];
