/** The reference producer and a checking consumer (load/Load.java), and who watches them (load/Watch.java), driven from a test. */
import { execFile, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import type { Home } from './home.ts';

const run = promisify(execFile);

export type Progress = {
  readonly sent: number;
  readonly acked: number;
  readonly failures: number;
  readonly p99Micros: number;
  /** Of all sends so far. */
  readonly maxMicros: number;
};

/** How long the sends of a period took until they were acknowledged. */
export type Period = {
  readonly count: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
  readonly maxMicros: number;
};

export type Checked = {
  readonly read: number;
  readonly lost: number;
  readonly twice: number;
  readonly disorder: number;
};

export type Load = {
  readonly start: (bootstrap: string, topic: string, partitions: number, rate: number) => Producer;
  /** The same in transactions (load/Transact.java): only what was committed counts. It knows no periods. */
  readonly transact: (bootstrap: string, topic: string, partitions: number, rate: number) => Producer;
  readonly check: (bootstrap: string, topic: string, partitions: number, count: number) => Promise<Checked>;
  /** Commits offsets as a group of consumers (load/Groups.java). */
  readonly commit: (bootstrap: string, group: string, topic: string, partitions: number) => Promise<void>;
  /** What a group has committed, by partition. */
  readonly committed: (bootstrap: string, group: string) => Promise<Readonly<Record<string, number>>>;
  /** Writes and reads with a properties file as it is (load/Client.java); what it says of it. */
  readonly client: (file: string, topic: string) => Promise<string>;
  /** Looks who leads the partitions of a topic, all the time. */
  readonly leaders: (bootstrap: string, topic: string) => Leaders;
  /** Answers each question as soon as every replica is in sync. */
  readonly watch: (bootstrap: string, brokers: number) => Watcher;
  readonly remove: () => void;
};

export type Watcher = { readonly inSync: () => Promise<void>; readonly stop: () => void };

/** The longest time that a partition had no leader since the last question, in milliseconds. */
export type Leaders = { readonly longestMs: () => Promise<number>; readonly stop: () => void };

export type Producer = {
  readonly progress: () => Progress;
  /** Sends that failed, in the client's words. */
  readonly failures: readonly string[];
  /** Ends a period, and begins the next. */
  readonly period: () => Promise<Period>;
  readonly stop: () => Promise<Progress>;
};

/** The folder with Kafka's jars, once it was installed. */
export const jarsOf = ({ path }: Home): string =>
  dirname(globSync(join(path, 'cache', '*', 'content', 'kafka_2.13-*.jar'))[0] ?? '');

/** Where clients of the service `kafka` find its brokers now. */
export async function bootstrapOf(home: Home): Promise<string> {
  const { address } = await home.json<{ readonly address: readonly string[] }>('kafka', 'endpoints', 'broker');
  return address.join(',');
}

/** `jars` is a directory with Kafka's jars. Needs a JDK. */
export async function compileLoad(jars: string): Promise<Load> {
  const classes = mkdtempSync(join(tmpdir(), 'warder-load-'));
  const path = `${jars}/*:${classes}`;
  const sources = ['Load.java', 'Transact.java', 'Groups.java', 'Client.java'].map((name) =>
    join(import.meta.dirname, 'load', name),
  );
  await run('javac', ['-cp', path, '-d', classes, ...sources]);
  const java = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', path];
  const flags = [...java, 'Load'];
  const watching = [...java, join(import.meta.dirname, 'load', 'Watch.java')];
  return {
    start: (bootstrap, topic, partitions, rate) =>
      startProducer([...flags, 'produce', bootstrap, topic, String(partitions), String(rate)]),
    transact: (bootstrap, topic, partitions, rate) =>
      startProducer([...java, 'Transact', bootstrap, topic, String(partitions), String(rate)]),
    check: async (bootstrap, topic, partitions, count) => {
      const { stdout } = await run('java', [...flags, 'check', bootstrap, topic, String(partitions), String(count)]);
      const line = stdout.trim().split('\n').at(-1) ?? '{}';
      return JSON.parse(line);
    },
    commit: async (bootstrap, group, topic, partitions) => {
      await run('java', [...java, 'Groups', 'commit', bootstrap, group, topic, String(partitions)]);
    },
    committed: async (bootstrap, group) => {
      const { stdout } = await run('java', [...java, 'Groups', 'committed', bootstrap, group]);
      return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
    },
    client: async (file, topic) => (await run('java', [...java, 'Client', file, topic])).stdout.trim(),
    leaders: (bootstrap, topic) => startLeaders([...watching, 'leaders', bootstrap, topic]),
    watch: (bootstrap, brokers) => startWatcher([...watching, 'watch', bootstrap, String(brokers)]),
    remove: () => rmSync(classes, { recursive: true, force: true }),
  };
}

function startProducer(args: readonly string[]): Producer {
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const failures: string[] = [];
  const periods: ((period: Period) => void)[] = [];
  let progress: Progress = { sent: 0, acked: 0, failures: 0, p99Micros: 0, maxMicros: 0 };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) return;
    const told: Partial<Progress> & { readonly error?: string; readonly period?: Period } = JSON.parse(line);
    if (told.period !== undefined) periods.shift()?.(told.period);
    else if (told.error !== undefined) failures.push(line);
    else progress = { ...progress, ...told, maxMicros: Math.max(progress.maxMicros, told.maxMicros ?? 0) };
  });
  child.on('exit', () => resolve());
  return {
    progress: () => progress,
    failures,
    period: () => {
      const { promise, resolve: settle } = Promise.withResolvers<Period>();
      periods.push(settle);
      child.stdin.write('\n');
      return promise;
    },
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 130_000);
      await ended;
      clearTimeout(timer);
      return progress;
    },
  };
}

function startLeaders(args: readonly string[]): Leaders {
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: ((ms: number) => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(Number(line)));
  return {
    longestMs: () => {
      const { promise, resolve } = Promise.withResolvers<number>();
      waiting.push(resolve);
      child.stdin.write('\n');
      return promise;
    },
    stop: () => void child.kill(),
  };
}

function startWatcher(args: readonly string[]): Watcher {
  const child = spawn('java', args, { stdio: ['pipe', 'pipe', 'ignore'] });
  const waiting: (() => void)[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === 'ok') waiting.shift()?.();
  });
  return {
    inSync: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      child.stdin.write('\n');
      return promise;
    },
    stop: () => void child.stdin.end(),
  };
}
