/** Where the code of a package runs, and how it is asked. */
import type { PackageCode } from '../package/code.ts';
import type { ServiceView } from '../package/view.ts';
import { answerCall } from './answer.ts';
import type { Call } from './call.ts';
import { outlineOf } from './outline.ts';
import type { Outline } from './outline.ts';

export type PackageHost = {
  readonly outline: Outline;
  /**
   * Rejects with what the code threw, or with why it could not answer. What it resolves to was made by foreign code:
   * see `checked.ts`. `service` is absent only where there is no configuration yet.
   */
  readonly ask: (call: Call, service: ServiceView | undefined, signal: AbortSignal) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Code that runs right here: for simulations and tests, where what it does wrong may hurt everybody. */
export function hostHere(code: PackageCode): PackageHost {
  return {
    outline: outlineOf(code),
    ask: async (call, service, signal) => plain(await answerCall(code, call, service, signal)),
    close: async () => {},
  };
}

/** What comes from a thread is as plain. */
function plain(value: unknown): unknown {
  const json = JSON.stringify(value) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}
