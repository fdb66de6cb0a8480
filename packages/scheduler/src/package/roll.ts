/** How an update may go through the instances that it restarts: several at the same time, one before all others. */
import type { ServiceView } from './view.ts';

/**
 * Which instances may go together. Every one that restarts is in exactly one batch, no batch has more than `max`, and
 * the batches go one after the other. Each gate is asked all the same, with those before it in the batch as away. For
 * a dry run too, so it changes nothing. Ten seconds at most. Throw a PackageError to refuse the roll.
 */
export type Batches = (context: BatchesContext) => Promise<readonly (readonly string[])[]>;

export type BatchesContext = {
  readonly service: ServiceView;
  /** Names of the instances that restart, in the order of the plan. */
  readonly restarts: readonly string[];
  readonly max: number;
  readonly signal: AbortSignal;
};

/** What a run costs besides its restarts: `{ what: 'leaders moved', count: 12 }`. */
export type Cost = { readonly what: string; readonly count: number };
