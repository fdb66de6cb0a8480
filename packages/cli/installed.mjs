// Whether the installed packages are those of the lock file: `node installed.mjs package-lock.json
// node_modules/.package-lock.json`. Plain JavaScript, as any Node from 20 on runs it, before there are dependencies.
import { readFileSync } from 'node:fs';

const [wanted, installed] = process.argv.slice(2).map((file) => JSON.parse(readFileSync(file, 'utf8')).packages);

/** What is not installed may be for another system (and what that needs): those are marked as optional. */
const agrees = ([path, entry]) => {
  if (!path.startsWith('node_modules/')) return true;
  const found = installed[path];
  if (found === undefined) return entry.optional === true;
  return found.version === entry.version && found.integrity === entry.integrity;
};

process.exitCode = Object.entries(wanted).every(agrees) ? 0 : 1;
