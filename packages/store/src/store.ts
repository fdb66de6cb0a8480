/**
 * Where state survives a crash: a tree of JSON values by path (`service/kafka/run/run-3`).
 * One commit is one transaction: all of its changes are durable when it resolves, or none is there.
 */
export type Store = {
  /** Every record under a path prefix (`service/kafka/`), in path order. */
  load(prefix: string): Promise<readonly StoredRecord[]>;
  /** Rejects, changing nothing, when the disk is full or the store was closed. */
  commit(changes: readonly Change[]): Promise<void>;
  close(): Promise<void>;
};

export type StoredRecord = { readonly path: string; readonly value: unknown };

/** `value` absent: the record is deleted. */
export type Change = { readonly path: string; readonly value?: unknown };
