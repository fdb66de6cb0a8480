/** What goes between the server and the thread of a package. */
import type { Call } from '../code/call.ts';
import type { Outline } from '../code/outline.ts';
import type { ViewDelta } from './view-delta.ts';

/** Given to the thread at its start. */
export type ThreadData = {
  readonly kind: 'package';
  /** The file whose default export is the code. */
  readonly file: string;
  readonly marks: SharedArrayBuffer;
};

export type ToThread =
  | { readonly type: 'call'; readonly id: number; readonly call: Call; readonly view?: ViewDelta }
  | { readonly type: 'abort'; readonly id: number }
  | { readonly type: 'ping'; readonly n: number };

export type FromThread =
  | { readonly type: 'ready'; readonly outline: Outline }
  | { readonly type: 'unusable'; readonly why: string }
  /** As JSON; absent: undefined. */
  | { readonly type: 'answer'; readonly id: number; readonly json?: string }
  | { readonly type: 'error'; readonly id: number; readonly error: CrossingError }
  /** Thrown where nobody catches it; 0: nobody knows by which call. */
  | { readonly type: 'stray'; readonly id: number; readonly error: CrossingError };

/** An error without its class. */
export type CrossingError = {
  readonly message: string;
  /** Of a PackageError. */
  readonly known?: { readonly code: string; readonly status: number; readonly next?: string };
};

/** Places in the shared memory, which can be read also while the thread is blocked. */
export const RUNNING = 0;
export const PONG = 1;
export const MARKS_BYTES = 8;
