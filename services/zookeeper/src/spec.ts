/** Adds to the spec of service.yml what follows from the version and from the options of ZooKeeper itself. */
import { PackageError, type ServiceSpec, type SpecInput, type TaskSpec } from '@warder/sdk';
import { readOptions, type ZooKeeperOptions } from './options.ts';
import { artifactOf } from './version.ts';

/** Pure. Throws a PackageError when options contradict each other. */
export const zooKeeperSpec = ({ spec, options: given, version }: SpecInput): ServiceSpec => {
  const options = readOptions(given);
  const added = zooCfg(options);
  const env = { ZOOKEEPER_MEMBERS: String(options.servers.count), ZOOKEEPER_JVM: jvmFlags(options.servers) };
  const task = (each: TaskSpec): TaskSpec => ({
    ...each,
    env: { ...each.env, ...env },
    configs: each.configs.map((config) =>
      config.dest === 'zoo.cfg' ? { ...config, template: config.template + added } : config,
    ),
  });
  const artifact = artifactOf(version);
  const pods = spec.pods.map((pod) => ({ ...pod, uris: [...pod.uris, artifact], tasks: pod.tasks.map(task) }));
  return { ...spec, pods };
};

/** What a JVM of ZooKeeper needs besides its heap: code, classes, threads, buffers. */
const outsideHeapMiB = 96;

/** Below this heap the parallel work of G1 costs more than its short pauses are worth. */
const smallHeapMiB = 1024;

const jvmFlags = ({ heap, memory, jvm_options }: ZooKeeperOptions['servers']): string => {
  if (heap + outsideHeapMiB > memory) {
    const need = `a heap of ${heap} MiB needs at least ${heap + outsideHeapMiB} MiB of memory`;
    throw new PackageError('zookeeper-heap', `servers.memory is ${memory}: ${need}; raise it or lower servers.heap`);
  }
  const collector = /-XX:\+Use\w+GC\b/.test(jvm_options)
    ? []
    : [heap < smallHeapMiB ? '-XX:+UseSerialGC' : '-XX:+UseG1GC'];
  return [
    '-server',
    `-Xms${heap}m`,
    `-Xmx${heap}m`,
    ...collector,
    // A member that runs on after it ran out of memory serves no one; a restarted one does.
    '-XX:+ExitOnOutOfMemoryError',
    '-Djava.awt.headless=true',
    '-Dzookeeper.jmx.log4j.disable=true',
    jvm_options,
  ]
    .filter((flag) => flag !== '')
    .join(' ');
};

/** What the package sets itself: identity, storage, listeners, members, what may be asked. */
const managed =
  /^(server\.|group\.|weight\.|(clientPort|clientPortAddress|dataDir|dataLogDir|dynamicConfigFile|myid|reconfigEnabled|standaloneEnabled|admin\.enableServer|4lw\.commands\.whitelist)$)/;

const zooCfg = ({ lines, extra }: ZooKeeperOptions): string => {
  for (const [key, value] of Object.entries(extra)) {
    const at = `zookeeper.extra["${key}"]`;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) throw wrong(`${at} is not the name of a line of zoo.cfg`);
    if (managed.test(key)) throw wrong(`${at} is set by the package itself: take it out`);
    if (key in lines) throw wrong(`${at} has an option of its own: set that instead`);
    if (/[\r\n]|\{\{/.test(value)) throw wrong(`the value of ${at} may hold neither line breaks nor {{`);
  }
  const all = Object.entries({ ...lines, ...extra }).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return all.map(([key, value]) => `${key}=${value.replaceAll('\\', '\\\\')}\n`).join('');
};

const wrong = (message: string): PackageError => new PackageError('zookeeper-property', message);
