import type { Checker, Truth, Violate } from '../truth.ts';

/** What was answered is so: a configuration that was taken is the target. */
export function answer({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'what is answered is so',
    answered: (request, { ok }) => {
      if (!ok || request.type !== 'configure') return;
      const stored = JSON.stringify(ledger.target());
      if (stored !== JSON.stringify(request.config.options)) {
        violate(`configure was answered, but the target is ${stored}`);
      }
    },
  };
}
