/** Before everything else in a server: whatever opens the store gets the one that the server dies of. */
import { registerHooks } from 'node:module';

const mortal = import.meta.resolve('./store.ts');

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@warder/store' && context.parentURL !== mortal
      ? { url: mortal, shortCircuit: true }
      : next(specifier, context),
});
