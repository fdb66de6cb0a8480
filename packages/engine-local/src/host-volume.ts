/** Folders of the host that a spec may show to its tasks. */
import { realpathSync, statSync } from 'node:fs';
import { normalize } from 'node:path';
import type { HostVolume } from '@warder/core';
import { EngineError } from './error.ts';
import { volatileFolder } from './home.ts';
import type { Home } from './home.ts';

/** Throws `engine-host-volume`. */
export const checkHostVolume = (home: Home, { name, hostPath, containerPath }: HostVolume): void => {
  const wrong = (what: string, next: string) =>
    new EngineError('engine-host-volume', `host volume ${name}: ${what}`, next);
  if (!hostPath.startsWith('/')) throw wrong(`${hostPath} is not an absolute path`, 'correct its host-path');
  if (statSync(hostPath, { throwIfNoEntry: false }) === undefined)
    throw wrong(`there is no ${hostPath} on the agent`, 'make it, or correct its host-path');
  const real = `${realpathSync(hostPath)}/`;
  if (real.startsWith(`${home.engine}/`) || real.startsWith(`${volatileFolder(home.hash)}/`))
    throw wrong(`${hostPath} is the engine's own, with the files of every task`, 'choose another folder');
  const inJail = normalize(`${containerPath}/`).slice(0, -1);
  if (inJail === '' || inJail === '.' || /^(\.\.|\/(dev|proc|sys))(\/|$)/.test(inJail))
    throw wrong(`it cannot be shown at ${containerPath}`, 'choose another container-path');
};
