/** @module What `main.ts` becomes: a server on the local engine, until a signal or a request ends it. */
import { openLocalEngine } from '@warder/engine-local';
import { complain } from './error.ts';
import { readOptions } from './options.ts';
import { startServer } from './start.ts';

async function run(): Promise<void> {
  const { agents, ...options } = readOptions(process.argv.slice(2), process.env);
  const server = await startServer({
    ...options,
    openEngine: ({ folder }, log) => openLocalEngine({ home: folder, log, ...(agents !== undefined && { agents }) }),
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      server.log.info({ signal }, 'server is asked to end');
      void server.close();
    });
  }
  process.on('unhandledRejection', (error) => {
    server.log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a promise was left to fail');
  });
  console.log(`listening at ${server.url}`);
  await server.closed;
}

// It is also only imported, to compile it.
if (import.meta.main) {
  // Ours alone: what the server starts is not to write there.
  delete process.env['NODE_COMPILE_CACHE'];
  try {
    await run();
    process.exit(0);
  } catch (error) {
    complain(error);
    process.exit(1);
  }
}
