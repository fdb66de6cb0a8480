/** What this machine has, and for what it lacks: the effect, and the command that mends it. */
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { jsonOption, type Command } from './command.ts';
import { exitCodes } from './exit.ts';
import { printJson } from './output/json.ts';
import type { Paint } from './output/terminal.ts';
import { byteSize } from './output/time.ts';
import { aptCommand, aptPackages } from './system/apt.ts';
import { jailRequirements, requirements } from './system/requirement.ts';

export type Finding = {
  readonly name: string;
  readonly state: 'ok' | 'warning';
  readonly text: string;
  /** Of a warning. */
  readonly next?: string;
};

export const doctor: Command = {
  options: [jsonOption],
  details: 'The exit code is 1 when something is missing.',
  run: async (input, { out }) => {
    const findings = await examine();
    if (input.json) printJson(out, findings);
    else for (const line of findingLines(findings, out.paint)) out.line(line);
    return findings.some(({ state }) => state === 'warning') ? exitCodes.failed : exitCodes.ok;
  },
};

export function findingLines(findings: readonly Finding[], paint: Paint): readonly string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  return findings.flatMap(({ name, state, text, next }) => [
    `${state === 'ok' ? paint('green', 'ok     ') : paint('yellow', 'missing')}  ${name.padEnd(width)}  ${text}`,
    ...(next === undefined ? [] : [`${' '.repeat(width + 11)}next: ${next}`]),
  ]);
}

async function examine(): Promise<readonly Finding[]> {
  const isRoot = process.getuid?.() === 0;
  return [
    { name: 'machine', state: 'ok', text: `${type()} ${release()}, ${cpus().length} CPUs, ${byteSize(totalmem())}` },
    { name: 'node', state: 'ok', text: process.versions.node },
    isRoot
      ? { name: 'root', state: 'ok', text: 'this is root: tasks can be jailed' }
      : {
          name: 'root',
          state: 'warning',
          text: 'this is not root: tasks are plain processes, with no limits enforced',
          next: 'run the server as root: sudo warder server start',
        },
    cgroupFinding(),
    ...(await programFindings(isRoot)),
  ];
}

function cgroupFinding(): Finding {
  const mounts = readMounts();
  const v2 = mounts.includes(' cgroup2 ');
  const v1 = mounts.includes(' cgroup ');
  if (!v1 && !v2) {
    return {
      name: 'cgroups',
      state: 'warning',
      text: 'none are mounted: limits of tasks cannot be enforced',
      next: 'mount -t cgroup2 none /sys/fs/cgroup',
    };
  }
  return { name: 'cgroups', state: 'ok', text: v1 ? (v2 ? 'version 1 and 2' : 'version 1') : 'version 2' };
}

function readMounts(): string {
  try {
    return readFileSync('/proc/self/mounts', 'utf8');
  } catch {
    return '';
  }
}

async function programFindings(isRoot: boolean): Promise<readonly Finding[]> {
  return Promise.all(
    [...jailRequirements, ...requirements].map(async (requirement): Promise<Finding> => {
      const { name, what, without } = requirement;
      if (await requirement.isThere()) return { name, state: 'ok', text: what };
      const next = aptCommand(await aptPackages([requirement]), isRoot);
      return { name, state: 'warning', text: `no ${what}: ${without}`, next };
    }),
  );
}
