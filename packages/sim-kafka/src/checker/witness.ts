/** Whom the model tells what must not happen. */
import type { Server } from '../model/server.ts';

export type Witnesses = {
  /** Something that was acknowledged is gone. */
  readonly lost: (text: string) => void;
  /** A process of a version that cannot work with what is finalised. */
  readonly tooOld: (server: Server, features: readonly string[]) => void;
  /** Levels are about to be raised for good. */
  readonly finalising: (levels: readonly { readonly name: string; readonly level: number }[]) => void;
};
