/** In place of the machine's time, where the package looks at it by a global name. */
import { edge } from './current.ts';

const RealSignal = globalThis.AbortSignal;

export const AbortSignal = {
  any: (signals: readonly globalThis.AbortSignal[]): globalThis.AbortSignal => RealSignal.any([...signals]),
  timeout: (delayMs: number): globalThis.AbortSignal => {
    const controller = new AbortController();
    const { now, wake } = edge();
    wake(now() + delayMs, () => controller.abort(new Error(`no answer within ${delayMs} ms`)));
    return controller.signal;
  },
};

export const performance = { now: (): number => edge().now() };
