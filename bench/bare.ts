/** The same JVMs as those of an installed service, started by a plain shell: the baseline of installs and rolls. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, globSync, mkdirSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Recipe = {
  readonly name: string;
  readonly cmd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: readonly { readonly path: string; readonly content: string }[];
};

export type Bare = {
  /** Start all of them at once; resolves when each has written that it is started. */
  readonly start: () => Promise<void>;
  /** Stop one politely, start it again; resolves when it has written that it is started. */
  readonly restart: (name: string) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly names: readonly string[];
};

/** Reads what an engine was told to run, before that is uninstalled. `jars` becomes the folder `kafka` of each. */
export function bareOf(home: string, folder: string, jars: string): Bare {
  const recipes = globSync(join(home, 'engine', 'tasks', '*', 'task.json')).map(
    (path): Recipe => JSON.parse(readFileSync(path, 'utf8')).task,
  );
  const running = new Map<string, ChildProcess>();
  const launch = async (recipe: Recipe): Promise<void> => {
    const directory = join(folder, recipe.name);
    const log = join(directory, 'stdout');
    writeFileSync(log, '');
    const out = openSync(log, 'a');
    const child = spawn('sh', ['-c', recipe.cmd], {
      cwd: directory,
      env: { ...process.env, ...recipe.env },
      stdio: ['ignore', out, out],
    });
    closeSync(out);
    running.set(recipe.name, child);
    const endMs = Date.now() + 120_000;
    while (!readFileSync(log, 'utf8').includes('Kafka Server started')) {
      if (Date.now() > endMs || child.exitCode !== null)
        throw new Error(`${recipe.name} does not start: ${readFileSync(log, 'utf8').slice(-500)}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  };
  const end = async (name: string): Promise<void> => {
    const child = running.get(name);
    if (child === undefined || child.exitCode !== null) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await promise;
    clearTimeout(timer);
  };
  return {
    names: recipes.map(({ name }) => name),
    start: async () => {
      for (const recipe of recipes) {
        const directory = join(folder, recipe.name);
        rmSync(directory, { recursive: true, force: true });
        mkdirSync(join(directory, 'kafka-data'), { recursive: true });
        for (const { path, content } of recipe.files) writeFileSync(join(directory, path), content);
        symlinkSync(jars, join(directory, 'kafka'));
      }
      await Promise.all(recipes.map(launch));
    },
    restart: async (name) => {
      const recipe = recipes.find((one) => one.name === name);
      if (recipe === undefined) throw new Error(`there is no ${name}`);
      await end(name);
      await launch(recipe);
    },
    // Without a quorum a controlled shutdown only waits: all at once, and then for real.
    stop: async () => {
      await Promise.all([...running.keys()].map(end));
    },
  };
}
