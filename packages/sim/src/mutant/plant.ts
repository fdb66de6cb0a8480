/** Plant a bug: from now on this thread loads the file with its text replaced. On the disk nothing changes. */
import { registerHooks } from 'node:module';
import type { Mutant } from './mutants.ts';

const packages = new URL('../../../', import.meta.url).href;

export function plant(mutant: Mutant): void {
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context);
      if (url !== new URL(mutant.file, packages).href) return loaded;
      const { source } = loaded;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
      return { ...loaded, source: mutate(mutant, text) };
    },
  });
}

/** Throws when the text to replace is not there exactly once: the mutant is older than the source. */
export function mutate({ name, file, find, replace }: Mutant, source: string): string {
  const times = source.split(find).length - 1;
  if (times !== 1) throw new Error(`mutant "${name}": its text is ${times} times in ${file}, not once`);
  return source.replace(find, () => replace);
}
