/** In place of `node:child_process`: the only command that the package runs is `java -version`. */
import { promisify } from 'node:util';
import { edge } from './current.ts';

const told = async (): Promise<{ readonly stdout: string; readonly stderr: string }> => {
  const major = edge().java();
  if (major === undefined) throw new Error('spawn java ENOENT');
  return { stdout: '', stderr: `openjdk version "${major}.0.1"` };
};

export const execFile = Object.assign(() => undefined, { [promisify.custom]: told });
