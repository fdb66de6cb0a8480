/** For tests: a run of three steps, as the API shows it. */
import type { RunView, StepView } from './api/answers.ts';

const minuteMs = 60_000;
export const nowMs = 10 * minuteMs;

export function testStep(index: number, change: Partial<StepView> = {}): StepView {
  return {
    id: `run-1.0.${index}`,
    name: `node-${index}:[server]`,
    status: 'PENDING',
    message: '',
    work: {
      kind: 'launch',
      instance: `node-${index}`,
      tasks: ['server'],
      configId: 'c1',
      restart: false,
      replace: false,
      force: false,
    },
    diff: [],
    deferred: false,
    attempts: 0,
    ...change,
  };
}

export function testRun(steps: readonly StepView[], change: Partial<RunView> = {}): RunView {
  return {
    id: 'run-1',
    name: 'deploy',
    status: 'IN_PROGRESS',
    strategy: 'serial',
    errors: [],
    cause: { by: 'test', text: 'install', diff: [] },
    configId: 'c1',
    createdMs: nowMs - 2 * minuteMs,
    progress: { done: steps.filter(({ status }) => status === 'COMPLETE').length, total: steps.length },
    phases: [{ id: 'run-1.0', name: 'node', strategy: 'parallel', status: 'IN_PROGRESS', steps: [...steps] }],
    ...change,
  };
}
