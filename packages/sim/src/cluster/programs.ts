/** A model of what tasks run, where what is drawn in `life.ts` is not enough. */
import type { Exit } from '@warder/core';
import type { SimTask } from './task.ts';

export type Programs = {
  /** The process is there. It may become ready and come to its end by itself, whenever it does. */
  readonly begin: (task: SimTask, process: SimProcess) => void;
  /** Asked to end politely; what has not `ended` within its grace time is killed. */
  readonly stop: (task: SimTask, ended: () => void) => void;
  /** It is gone, however that came. */
  readonly ended: (task: SimTask) => void;
};

export type SimProcess = {
  readonly ready: () => void;
  readonly exit: (exit: Exit, message: string) => void;
};
