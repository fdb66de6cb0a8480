import { constants } from 'node:fs';
import { chmod, cp, lchown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from '../host/user.ts';

/** A file or a folder with all that is in it, as a user's own, who may change it; laid over what is there already. */
export const copyFor = async (user: User, source: string, target: string): Promise<void> => {
  // A clone costs nothing, where the file system can make one.
  const options = { mode: constants.COPYFILE_FICLONE, recursive: true, verbatimSymlinks: true };
  await cp(source, target, options);
  await give(user, target);
};

const give = async (user: User, path: string): Promise<void> => {
  const stat = await lstat(path);
  if (!stat.isSymbolicLink()) await chmod(path, (stat.mode & 0o777) | 0o200);
  await lchown(path, user.uid, user.gid);
  if (!stat.isDirectory()) return;
  for (const name of await readdir(path)) await give(user, join(path, name));
};
