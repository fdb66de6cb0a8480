import type { Reservation } from '@warder/core';
import type { Launch } from '@warder/engine';
import type { SimTask } from './task.ts';

/** Who is told what a scheduler does to the cluster, at the moment it does, before it has any effect. */
export type Witness = {
  readonly launching: (launch: Launch) => void;
  /** `why`: the scheduler asked by name, or did not name the task when it reconciled. */
  readonly killing: (task: SimTask, why: 'asked' | 'orphan') => void;
  readonly releasing: (reservation: Reservation, why: 'asked' | 'orphan') => void;
  readonly trace: (text: string) => void;
};
