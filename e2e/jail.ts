/** What the host sees of a task: its process, its limits, whatever is left of it. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

export type TaskSeen = { readonly id: string; readonly name: string; readonly state: string; readonly ready: boolean };

/** The first process of a task, alive. */
export function initOf(home: string, taskId: string): number {
  const pid = Number(readFileSync(join(home, 'engine', 'tasks', taskId, 'init.pid'), 'utf8'));
  if (parentOf(pid) === undefined) throw new Error(`the init of ${taskId} is gone`);
  return pid;
}

/** The JVM of a task: the descendant of its init that runs java. */
export function javaOf(home: string, taskId: string): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const open = [initOf(home, taskId)];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (commandOf(pid).startsWith('java')) return pid;
    open.push(...(children.get(pid) ?? []));
  }
  throw new Error(`no java runs in ${taskId}`);
}

function parentOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return basename(readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')[0] ?? '');
  } catch {
    return '';
  }
}

/** The memory limit that the kernel enforces on a task, in bytes. */
export function memoryLimitOf(home: string, taskId: string): number {
  const groups = readFileSync(`/proc/${initOf(home, taskId)}/cgroup`, 'utf8')
    .trim()
    .split('\n');
  for (const line of groups) {
    const [, controllers, path] = line.split(':');
    if (controllers === 'memory')
      return Number(readFileSync(`/sys/fs/cgroup/memory${path}/memory.limit_in_bytes`, 'utf8'));
    if (controllers === '' && groups.length === 1)
      return Number(readFileSync(`/sys/fs/cgroup${path}/memory.max`, 'utf8'));
  }
  throw new Error(`${taskId} has no memory cgroup`);
}

/** Everything on this machine that still speaks of a home: processes, mounts, cgroups of its tasks, files of its engine. */
export function leftOf(home: string): readonly string[] {
  const left: string[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (line.includes(`${home}/engine`)) left.push(`process ${name}: ${line}`);
    } catch {
      continue;
    }
  }
  for (const line of readFileSync('/proc/self/mountinfo', 'utf8').split('\n'))
    if (line.includes(home)) left.push(`mount ${line}`);
  // Of this home alone: others may run services of the same names meanwhile.
  const group = `warder-${createHash('sha256').update(home).digest('hex').slice(0, 8)}`;
  for (const path of globSync(`/sys/fs/cgroup/{,*/}${group}/*/*__*`)) left.push(`cgroup ${path}`);
  for (const path of globSync(join(home, 'engine', '{tasks,volumes,reservations,runtime}', '*'))) left.push(path);
  return left;
}
