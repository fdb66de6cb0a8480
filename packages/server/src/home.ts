import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ServerError } from './error.ts';

/** What the server keeps in a home; the engine has folders of its own in it. */
export type Home = {
  readonly folder: string;
  readonly store: string;
  readonly token: string;
  /** What secrets are encrypted with. */
  readonly secretKey: string;
  /** The private key and the certificate that vouches for tasks. */
  readonly authority: string;
  readonly lock: string;
  /** Where the server that runs can be reached; not there when none runs. */
  readonly serverFile: string;
  readonly logFile: string;
  readonly compileCache: string;
  /** What was installed from elsewhere than the catalog. */
  readonly packages: string;
};

/** Make what is missing of a home, for its owner's eyes alone. */
export function prepareHome(folder: string): Home {
  const logs = join(folder, 'logs');
  const home = {
    folder,
    store: join(folder, 'warder.db'),
    token: join(folder, 'token'),
    secretKey: join(folder, 'secret.key'),
    authority: join(folder, 'tls-ca.pem'),
    lock: join(folder, 'lock'),
    serverFile: join(folder, 'server.json'),
    logFile: join(logs, 'server.log'),
    compileCache: join(folder, 'cache', 'compile'),
    packages: join(folder, 'packages'),
  };
  try {
    for (const path of [folder, logs, home.compileCache]) mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const next = 'make the folder writable, or choose another home (--home, WARDER_HOME)';
    throw new ServerError('home-unusable', `${folder} cannot be used as a home: ${why}`, next, error);
  }
  return home;
}
