/** The users of the host, as its files list them. */
import { readFileSync } from 'node:fs';

export type User = { readonly name: string; readonly uid: number; readonly gid: number };

/** Undefined when the host has no such user. */
export const findUser = (name: string, passwd = readPasswd()): User | undefined => {
  for (const line of passwd.split('\n')) {
    const [each, , uid, gid] = line.split(':');
    if (each === name && uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return undefined;
};

const readPasswd = (): string => {
  try {
    return readFileSync('/etc/passwd', 'utf8');
  } catch {
    return '';
  }
};
