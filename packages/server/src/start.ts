import { rmSync } from 'node:fs';
import { createApi, createChangeLog, serveApi, type ApiServer, type Host } from '@warder/api';
import { processStart } from '@warder/api/process-start';
import type { Engine } from '@warder/engine';
import type { Log } from '@warder/scheduler';
import { openSqliteStore, StoreError, type Store } from '@warder/store';
import { openCatalog } from './catalog.ts';
import { ServerError } from './error.ts';
import { openFiles } from './files.ts';
import { prepareHome, type Home } from './home.ts';
import { createInstaller } from './install.ts';
import { serverRunning, takeLock } from './lock.ts';
import { openLog } from './log.ts';
import { openSecrets } from './secret/secret-store.ts';
import { openServices } from './services.ts';
import { openAuthority } from './tls/authority.ts';
import { readOrMakeToken } from './token.ts';
import { writeWholeFile } from './whole-file.ts';

export type ServerOptions = {
  /** The folder that everything is kept in. */
  readonly home: string;
  /** 0 or absent: any free port. */
  readonly port?: number;
  readonly openEngine: (home: Home, log: Log) => Promise<Engine>;
  /** The folder of the packages. */
  readonly catalog: string;
  readonly version: string;
};

export type Server = {
  readonly url: string;
  readonly home: Home;
  readonly log: Log;
  /** End in order; tasks go on. */
  close(): Promise<void>;
  /** Resolves when the server has ended, whoever asked for it. */
  readonly closed: Promise<void>;
};

/** What is undone at the end, the last done first. */
type Undo = { readonly what: string; readonly run: () => Promise<void> | void };

/**
 * Start the server of a home: take up every service again, then answer. Rejects with what a person can act on, and
 * leaves nothing behind then.
 *
 * @throws ServerError `server-running`, `home-unusable`, `port-unusable`; StoreError; what the engine throws
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const home = prepareHome(options.home);
  const undos: Undo[] = [];
  const lock = takeLock(home);
  undos.push({ what: 'lock', run: () => lock.release() });
  const log = openLog(home.logFile);
  try {
    return await start(options, home, log, undos);
  } catch (error) {
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'server not started');
    await undoAll(undos, log);
    throw error;
  }
}

async function start(options: ServerOptions, home: Home, log: Log, undos: Undo[]): Promise<Server> {
  const startedMs = Date.now();
  const { version } = options;
  log.info({ version, home: home.folder, node: process.version }, 'server starts');
  const store = await openStore(home, log);
  undos.push({ what: 'store', run: () => store.close() });
  const engine = await options.openEngine(home, log);
  undos.push({ what: 'engine', run: () => engine.close() });
  const changes = createChangeLog(startedMs.toString(36));
  const catalog = openCatalog(options.catalog, home.packages, log);
  undos.push({ what: 'packages', run: () => catalog.close() });
  const secrets = await openSecrets(store, home.secretKey, log);
  const authority = openAuthority(home.authority, log);
  const services = await openServices({ store, engine, catalog, changes, log, secrets, authority });
  undos.push({ what: 'services', run: () => services.close() });

  let api: ApiServer | undefined;
  const installer = createInstaller({ catalog, services, log, host: () => host });
  const host: Host = {
    ...installer,
    log,
    changes,
    info: () => ({
      version,
      pid: process.pid,
      startedMs,
      home: home.folder,
      url: api?.url ?? '',
      engine: { kind: engine.kind, capabilities: engine.capabilities },
    }),
    stop: () => void setTimeout(() => void close(), STOP_AFTER_MS),
    packages: async () => catalog.list(),
    package: async (name) => catalog.detail(name),
    agents: () => engine.agents(),
    setAgent: async (agentId, order) => {
      log.info({ agent: agentId, order }, 'an operator speaks of an agent');
      await engine.setAgent?.(agentId, order);
    },
    files: openFiles(store),
    services: () => services.list(),
    secrets,
    authority: () => authority.certificate(),
  };

  const ended = Promise.withResolvers<void>();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= undoAll(undos, log).then(() => {
      log.info({}, 'server ended');
      ended.resolve();
    });
    return closing;
  };

  const listening = await listen(host, readOrMakeToken(home.token), options.port ?? 0);
  api = listening;
  undos.push({ what: 'api', run: () => listening.close() });
  const { url } = listening;
  const startTime = processStart(process.pid) ?? '';
  writeWholeFile(home.serverFile, `${JSON.stringify({ pid: process.pid, startTime, url, version })}\n`);
  undos.push({ what: 'server.json', run: () => rmSync(home.serverFile, { force: true }) });
  log.info({ url, services: services.list().length }, 'server listens');
  return { url, home, log, close, closed: ended.promise };
}

/** So that the answer to the one who asked still goes out. */
const STOP_AFTER_MS = 50;

async function openStore(home: Home, log: Log): Promise<Store> {
  try {
    return await openSqliteStore({ file: home.store, log });
  } catch (error) {
    throw error instanceof StoreError && error.code === 'store-locked' ? serverRunning(home, undefined) : error;
  }
}

async function listen(host: Host, token: string, port: number): Promise<ApiServer> {
  try {
    return await serveApi(createApi(host, token), port);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = 'choose another port (--port), or none: then any free one is taken';
    throw new ServerError('port-unusable', `cannot listen on 127.0.0.1:${port}: ${why}`, next, error);
  }
}

/** Each is tried, whatever becomes of the others. */
async function undoAll(undos: Undo[], log: Log): Promise<void> {
  for (let undo = undos.pop(); undo !== undefined; undo = undos.pop()) {
    try {
      await undo.run();
    } catch (error) {
      log.error({ part: undo.what, error: error instanceof Error ? error.stack : String(error) }, 'not ended in order');
    }
  }
}
