/**
 * Plugs the edges of a world into the Kafka package: from now on this thread loads them in place of the connection, the
 * timers and the processes of the package's sources. On the disk nothing changes, and the package knows nothing of it.
 */
import { registerHooks } from 'node:module';

const sources = new URL('../../../../services/kafka/src/', import.meta.url).href;
const edges = new URL('./', import.meta.url).href;

/** What a module asks for, by the end of its name, and what it gets. */
const plugs: readonly (readonly [asked: string, edge: string])[] = [
  ['client/node.ts', 'node.ts'],
  ['./node.ts', 'node.ts'],
  ['../node.ts', 'node.ts'],
  ['./session.ts', 'session.ts'],
  ['zookeeper/session.ts', 'session.ts'],
  ['memory.ts', 'memory.ts'],
  ['node:timers/promises', 'timers.ts'],
  ['node:child_process', 'java.ts'],
];

const globals = ['AbortSignal', 'performance'] as const;

export function plugIn(): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const isTheirs = context.parentURL?.startsWith(sources) === true;
      const plug = isTheirs
        ? plugs.find(([asked]) => specifier === asked || specifier.endsWith(`/${asked}`))
        : undefined;
      return plug === undefined ? next(specifier, context) : { url: edges + plug[1], shortCircuit: true };
    },
    load: (url, context, next) => {
      const loaded = next(url, context);
      if (!url.startsWith(sources)) return loaded;
      const { source } = loaded;
      const text = typeof source === 'string' ? source : new TextDecoder().decode(source as Uint8Array);
      const used = globals.filter((name) => new RegExp(`\\b${name}\\.(any|timeout|now)\\(`).test(text));
      // On the first line, so that the others keep their numbers.
      const first =
        used.length === 0 ? '' : `import { ${used.join(', ')} } from ${JSON.stringify(`${edges}time.ts`)}; `;
      return { ...loaded, source: first + text };
    },
  });
}
