/** A real Kafka on loopback, started with the package's own templates, to try its code against. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Mustache from 'mustache';
import type { InstanceView, ServiceSpec, ServiceView } from '@warder/sdk';
import { kafkaSpec } from '../src/spec.ts';
import { kafkaVersion } from '../src/version.ts';
import { resolveJars } from './jars.ts';
import { skeleton } from './skeleton.ts';

const address = '127.0.0.1';

export type ClusterOptions = {
  readonly version: string;
  readonly combined: boolean;
  readonly brokers: number;
  readonly controllers: number;
  /** Log dirs of each broker: 1. */
  readonly disks?: number;
  /** The metadata is there instead. */
  readonly zookeeper?: string;
  readonly kafka?: Readonly<Record<string, unknown>>;
};

type Member = {
  readonly name: string;
  readonly pod: string;
  readonly index: number;
  readonly ports: Readonly<Record<string, number>>;
  readonly directory: string;
  process: ChildProcess | undefined;
  startedMs: number;
};

export class LocalCluster {
  readonly #options: ClusterOptions;
  readonly #root: string;
  readonly #jars: string;
  readonly #members: readonly Member[];
  #spec: ServiceSpec;

  constructor(options: ClusterOptions, root: string, jars: string, members: readonly Member[], spec: ServiceSpec) {
    this.#options = options;
    this.#root = root;
    this.#jars = jars;
    this.#members = members;
    this.#spec = spec;
  }

  /** Resolves when every process was started, which is long before they are ready. */
  static async start(options: ClusterOptions): Promise<LocalCluster> {
    const cluster = await LocalCluster.prepare(options);
    await Promise.all(cluster.#members.map((member) => cluster.launch(member.name)));
    return cluster;
  }

  /** Nothing is started yet. */
  static async prepare(options: ClusterOptions): Promise<LocalCluster> {
    const jars = await resolveJars(kafkaVersion(options.version));
    const root = await mkdtemp(join(tmpdir(), 'warder-kafka-test-'));
    const members: Member[] = [];
    const add = async (pod: string, index: number, ports: readonly string[]): Promise<void> => {
      const name = `${pod}-${index}`;
      const entries = await Promise.all(ports.map(async (port) => [port, await freePort()] as const));
      const directory = join(root, name);
      members.push({
        name,
        pod,
        index,
        ports: Object.fromEntries(entries),
        directory,
        process: undefined,
        startedMs: 0,
      });
    };
    const separate = !options.combined && options.zookeeper === undefined;
    for (let index = 0; separate && index < options.controllers; index++) await add('controller', index, ['quorum']);
    for (let index = 0; index < options.brokers; index++) {
      await add('broker', index, options.combined ? ['client', 'quorum'] : ['client']);
    }
    return new LocalCluster(options, root, jars, members, await specOf(options));
  }

  async launch(name: string): Promise<void> {
    const member = this.#member(name);
    const task = this.#spec.pods.find((pod) => pod.name === member.pod)?.tasks[0];
    if (task === undefined) throw new Error(`no pod ${member.pod}`);
    for (const volume of this.#volumes(member)) await mkdir(join(member.directory, volume), { recursive: true });
    await symlink(this.#jars, join(member.directory, 'kafka')).catch(() => undefined);
    const env = { ...task.env, POD_INSTANCE_INDEX: String(member.index), ...portEnv(member.ports) };
    const view = {
      ...Object.fromEntries(Object.entries(env).map(([key, value]) => [key, value === 'false' ? false : value])),
      address,
      ports: member.ports,
      live: Object.entries(task.live?.values ?? {}).map(([key, value]) => ({ key, value })),
      peers: Object.groupBy(
        this.#members.map((each) => ({ ...each, address })),
        (each) => each.pod,
      ),
    };
    for (const { dest, template } of task.configs) {
      const text = Mustache.render(template, view, {}, { escape: String });
      await writeFile(join(member.directory, dest), text);
    }
    const log = createWriteStream(join(member.directory, 'log'), { flags: 'a' });
    const child = spawn('/bin/sh', ['-c', task.cmd], {
      cwd: member.directory,
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    member.process = child;
    member.startedMs = Date.now();
  }

  signal(name: string, signal: NodeJS.Signals): void {
    this.#member(name).process?.kill(signal);
  }

  /** Resolves when it has ended. */
  async end(name: string, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#member(name).process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async wipe(name: string): Promise<void> {
    const member = this.#member(name);
    for (const volume of this.#volumes(member)) await rm(join(member.directory, volume), { recursive: true });
  }

  /** Where the volume of an instance is. */
  volume(name: string, volume: string): string {
    return join(this.#member(name).directory, volume);
  }

  /** Other options from now on; takes effect at the next launch of each. */
  async configure(kafka: Readonly<Record<string, unknown>>): Promise<void> {
    this.#spec = await specOf({ ...this.#options, kafka: { ...this.#options.kafka, ...kafka } });
  }

  async log(name: string): Promise<string> {
    return readFile(join(this.#member(name).directory, 'log'), 'utf8');
  }

  view(): ServiceView {
    const instances = this.#members.map(({ name, pod, index, ports, process: child, startedMs }): InstanceView => {
      const running = child !== undefined && child.exitCode === null && child.signalCode === null;
      const state = running ? 'RUNNING' : 'FAILED';
      const tasks =
        child === undefined ? [] : [{ id: name, name: 'server', state, ready: running, startedMs } as const];
      return { name, pod, index, address, hostname: 'localhost', ports, tasks };
    });
    return {
      name: 'kafka',
      uid,
      version: this.#options.version,
      options: optionsOf(this.#options),
      spec: this.#spec,
      instances,
    };
  }

  instance(name: string): InstanceView {
    const found = this.view().instances.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no instance ${name}`);
    return found;
  }

  async stop(): Promise<void> {
    for (const member of this.#members) this.signal(member.name, 'SIGCONT');
    await Promise.all(this.#members.map((member) => this.end(member.name, 'SIGKILL')));
    await rm(this.#root, { recursive: true, force: true });
  }

  #volumes({ pod }: Member): readonly string[] {
    const disks = pod === 'broker' ? (this.#options.disks ?? 1) : 1;
    return Array.from({ length: disks }, (_, at) => (at === 0 ? 'kafka-data' : `kafka-data-${at}`));
  }

  #member(name: string): Member {
    const found = this.#members.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no instance ${name}`);
    return found;
  }
}

const uid = '8f14e45fceea167a5a36dedd4bea2543';

const optionsOf = ({
  combined,
  brokers,
  controllers,
  disks = 1,
  zookeeper,
  kafka,
}: ClusterOptions): Readonly<Record<string, unknown>> => {
  const jvm_options = '-XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=1';
  return {
    brokers: { count: brokers, memory: 512, heap: 256, disks, jvm_options },
    controllers: { combined, count: controllers, memory: 256, heap: 128, jvm_options },
    ...(zookeeper === undefined ? {} : { zookeeper: { connect: zookeeper } }),
    kafka: {
      metadata: zookeeper === undefined ? 'kraft' : 'zookeeper',
      num_network_threads: 2,
      num_io_threads: 2,
      background_threads: 2,
      log_cleaner_dedupe_buffer_size: '2097152',
      log_retention_hours: 168,
      offsets_topic_num_partitions: 3,
      group_initial_rebalance_delay_ms: 0,
      replica_lag_time_max_ms: 3000,
      replica_fetch_wait_max_ms: 100,
      broker_session_timeout_ms: 9000,
      broker_heartbeat_interval_ms: 500,
      auto_create_topics_enable: false,
      ...kafka,
    },
  };
};

const specOf = async (options: ClusterOptions): Promise<ServiceSpec> =>
  kafkaSpec({ spec: await skeleton(options), options: optionsOf(options), version: options.version, uid });

const portEnv = (ports: Readonly<Record<string, number>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(ports).map(([name, port]) => [`KAFKA_${name.toUpperCase()}_PORT`, String(port)]));

/** Free at this moment; good enough for a test. */
export const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  server.close();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return bound.port;
};
