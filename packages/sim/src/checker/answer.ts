import type { Checker, Truth, Violate } from '../truth.ts';

/** What was answered is so: a configuration that was taken is there. */
export function answer({ ledger }: Truth, violate: Violate): Checker {
  return {
    name: 'what is answered is so',
    answered: (request, { ok }) => {
      if (!ok || request.type !== 'configure') return;
      const wanted = JSON.stringify(request.config.options);
      // The next request may have been decided since.
      if (!ledger.configs().some(({ options }) => JSON.stringify(options) === wanted))
        violate(`configure was answered, but no configuration is ${wanted}`);
    },
  };
}
