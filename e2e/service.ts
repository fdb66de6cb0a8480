/** One installed service, as its user sees it through the CLI. */
import { join } from 'node:path';
import type { Home, Ran } from './home.ts';
import { until } from './home.ts';

export type TaskSeen = { readonly id: string; readonly name: string; readonly state: string; readonly ready: boolean };

export type RunSeen = {
  readonly id: string;
  readonly status: string;
  readonly phases: readonly {
    readonly name: string;
    readonly status: string;
    readonly steps: readonly { readonly name: string; readonly status: string; readonly message: string }[];
  }[];
};

export type Service = {
  readonly run: (...args: readonly string[]) => Promise<Ran>;
  readonly ok: (...args: readonly string[]) => Promise<string>;
  readonly json: <T>(...args: readonly string[]) => Promise<T>;
  readonly tasks: () => Promise<readonly TaskSeen[]>;
  readonly task: (name: string) => Promise<TaskSeen>;
  readonly plan: (name: string) => Promise<RunSeen>;
  /** Waits until the newest run of a plan has this status. */
  readonly reaches: (plan: string, status: string, maxMs?: number) => Promise<RunSeen>;
  /** The lines of a file of a task. */
  readonly lines: (task: string, path: string) => Promise<readonly string[]>;
  readonly update: (...settings: readonly string[]) => Promise<void>;
};

const packageFolder = (name: string): string => join(import.meta.dirname, 'packages', name);

const settingsOf = (settings: readonly string[]): readonly string[] =>
  settings.flatMap((setting) => ['--set', setting]);

/** Installs one of the packages beside this file; it need not come to an end. */
export async function install(
  home: Home,
  name: string,
  from: string,
  ...settings: readonly string[]
): Promise<Service> {
  await home.ok(
    'package',
    'install',
    '--from',
    packageFolder(from),
    '--name',
    name,
    '--no-wait',
    ...settingsOf(settings),
  );
  return serviceOf(home, name);
}

export function serviceOf(home: Home, name: string): Service {
  const json: Service['json'] = (...args) => home.json(name, ...args);
  const tasks = (): Promise<readonly TaskSeen[]> => json('task', 'list');
  const plan = (which: string): Promise<RunSeen> => json('plan', 'show', which);
  return {
    run: (...args) => home.run(name, ...args),
    ok: (...args) => home.ok(name, ...args),
    json,
    tasks,
    task: async (which) => {
      const found = (await tasks()).find((task) => task.name === which);
      if (found === undefined) throw new Error(`${name} has no task ${which}`);
      return found;
    },
    plan,
    reaches: (which, status, maxMs) =>
      until(
        `plan ${which} of ${name} is ${status}`,
        async () => {
          const run = await plan(which);
          if (run.status === status) return run;
          throw new Error(`${run.id} is ${run.status}: ${JSON.stringify(run.phases)}`);
        },
        maxMs,
      ),
    lines: async (task, path) => (await home.ok(name, 'task', 'cat', task, path)).trimEnd().split('\n'),
    update: async (...settings) => {
      await home.ok('package', 'update', name, '--no-wait', ...settingsOf(settings));
    },
  };
}
