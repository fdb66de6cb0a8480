/**
 * The store of a server that is killed at every recorded point: once before a commit that changes a run or what it works on
 * (what was done is not recorded), and once right after it (what is recorded is not done). Beside it is written what has been.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { InstanceRecord, RunRecord, StepRecord, TaskRecord } from '@warder/core';
import { openSqliteStore as open } from '@warder/store';
import type { Change, SqliteStoreOptions, Store } from '@warder/store';

export * from '@warder/store';

export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const store = await open(options);
  const file = `${options.file}.points`;
  const been = new Set(existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []);
  const known = new Set((await store.load('service/')).map(({ path }) => path));
  const die = (side: 'before' | 'after', changes: readonly Change[]): void => {
    const fresh = changes.flatMap(pointOf).flatMap((point) => (been.has(`${side} ${point}`) ? [] : `${side} ${point}`));
    if (fresh.length === 0) return;
    appendFileSync(file, `${fresh.join('\n')}\n`);
    process.kill(process.pid, 'SIGKILL');
  };
  return {
    ...store,
    commit: async (changes) => {
      // A request that is not recorded was never made, and nobody makes it again.
      if (!changes.some(({ path, value }) => !known.has(path) && isAsked(path, value))) die('before', changes);
      await store.commit(changes);
      die('after', changes);
    },
  };
}

const kindOf = (path: string): string => path.split('/')[2] ?? '';

const isAsked = (path: string, value: unknown): boolean =>
  kindOf(path) === 'run' && (value as Partial<RunRecord> | undefined)?.parentId === undefined;

/** What a record comes to; not why something waits, which changes all the time. */
const pointOf = ({ path, value }: Change): readonly string[] => {
  const text = told[kindOf(path)]?.(value ?? {});
  if (text === undefined) return [];
  return [`${path.split('/').slice(2).join('/')} ${value === undefined ? 'is gone' : text}`];
};

const told: Readonly<Record<string, (value: unknown) => string>> = {
  run: (value) => {
    const { plan, phases, ending, ended } = value as Partial<RunRecord>;
    return `${plan} of ${phases?.length} ${ended?.how ?? (ending === undefined ? 'OPEN' : 'ENDING')}`;
  },
  step: (value) => {
    const { name, status } = value as Partial<StepRecord>;
    return `${name} ${status}`;
  },
  instance: (value) => {
    const { configId, reservation, releasing } = value as Partial<InstanceRecord>;
    return `${configId} ${reservation?.id ?? 'nowhere'}${releasing === undefined ? '' : ' is given back'}`;
  },
  task: (value) => {
    const { id, state, ready, killing } = value as Partial<TaskRecord>;
    return `${id} ${state}${ready === true ? ' ready' : ''}${killing === undefined ? '' : ' to be killed'}`;
  },
};
