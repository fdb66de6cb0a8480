/** Why a store could not be opened or a commit was refused. */
export type StoreErrorCode =
  /** The file is damaged. */
  | 'store-corrupt'
  /** It was written by a newer version. */
  | 'store-newer'
  /** Another process (or another open of this one) has it. */
  | 'store-locked'
  /** No room: nothing of the commit was kept. */
  | 'store-full'
  | 'store-closed'
  /** The disk or the file system failed. */
  | 'store-failed';

export class StoreError extends Error {
  readonly code: StoreErrorCode;
  /** What a person can do about it. */
  readonly next: string;

  constructor(code: StoreErrorCode, message: string, next: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreError';
    this.code = code;
    this.next = next;
  }
}
