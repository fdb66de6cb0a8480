import type { FailedTask, InstanceView, ServiceView, TaskView } from './index.ts';

export type FailedOf = {
  readonly instance: InstanceView;
  /** The one of that name now: it may have failed itself, or run in the stead of what failed. */
  readonly task: TaskView;
  readonly failed: FailedTask;
};

/**
 * How tasks failed last, whether they were started again since or not: for reactions. A failure stays here until
 * the next one of that name, or a replace; its id makes a good key.
 */
export const failedTasks = (service: ServiceView): readonly FailedOf[] =>
  service.instances.flatMap((instance) =>
    instance.tasks.flatMap((task) => {
      const failed = nowFailed(task) ?? task.failed;
      return failed === undefined ? [] : [{ instance, task, failed }];
    }),
  );

/** Until it is started again. Ends that were asked for are no failures. */
function nowFailed({ id, state, stateMs, exit, message }: TaskView): FailedTask | undefined {
  if (state !== 'FAILED' && state !== 'ERROR' && state !== 'LOST' && state !== 'GONE') return undefined;
  return {
    id,
    state,
    atMs: stateMs ?? 0,
    ...(exit === undefined ? {} : { exit }),
    ...(message === undefined ? {} : { message }),
  };
}
