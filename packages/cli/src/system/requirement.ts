/** Programs of the system that Warder or a package needs, how to see whether they are there, and how to get them. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

export type Requirement = {
  readonly name: string;
  readonly what: string;
  /** What does not work without it. */
  readonly without: string;
  /** Debian packages that bring it, the best first. */
  readonly apt: readonly string[];
  readonly isThere: () => Promise<boolean>;
};

/** What `requires` in a package.yml may name. */
const requirements: readonly Requirement[] = [
  {
    name: 'java',
    what: 'Java 17 or later',
    without: 'its tasks cannot start',
    apt: ['openjdk-17-jre-headless', 'openjdk-21-jre-headless', 'default-jre-headless'],
    isThere: async () => javaMajor(await output('java', ['-version'])) >= 17,
  },
  {
    name: 'mvn',
    what: 'Maven',
    without: 'what it runs cannot be fetched from a Maven repository',
    apt: ['maven'],
    isThere: async () => findProgram('mvn') !== undefined,
  },
];

/** What jails need; for root on Linux. */
export const jailRequirements: readonly Requirement[] = [
  {
    name: 'runc',
    what: 'an OCI runtime (runc or crun)',
    without: 'tasks are plain processes: no limits are enforced, and they see the files and processes of this machine',
    apt: ['runc', 'crun'],
    isThere: async () => findProgram('runc') !== undefined || findProgram('crun') !== undefined,
  },
  {
    name: 'catatonit',
    what: 'catatonit or tini',
    without: 'a shell is the first process of each jail',
    apt: ['catatonit', 'tini'],
    isThere: async () => findProgram('catatonit') !== undefined || findProgram('tini') !== undefined,
  },
  {
    name: 'ip',
    what: 'ip (iproute2)',
    without: 'several agents share the network of this machine',
    apt: ['iproute2'],
    isThere: async () => findProgram('ip') !== undefined,
  },
];

/** The names that no requirement has are left to the package check. */
export function requirementsNamed(names: readonly string[]): readonly Requirement[] {
  return [...requirements, ...jailRequirements].filter((requirement) => names.includes(requirement.name));
}

export async function missingOf(wanted: readonly Requirement[]): Promise<readonly Requirement[]> {
  const there = await Promise.all(wanted.map((requirement) => requirement.isThere()));
  return wanted.filter((_, index) => there[index] !== true);
}

/** `openjdk version "17.0.13"`, and `java version "1.8.0"` of the old numbering. 0: none. */
export function javaMajor(text: string): number {
  const found = /version "(\d+)(?:\.(\d+))?/.exec(text);
  if (found === null) return 0;
  return found[1] === '1' ? Number(found[2] ?? 0) : Number(found[1]);
}

/** `/usr/sbin` too: the PATH of a plain user often lacks it. */
export function findProgram(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const folders = [...path.split(':').filter((folder) => folder.startsWith('/')), '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Both streams of a program; empty when it cannot be started. */
function output(program: string, args: readonly string[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  execFile(program, args, { encoding: 'utf8', timeout: 20_000 }, (_error, stdout, stderr) => resolve(stdout + stderr));
  return promise;
}
