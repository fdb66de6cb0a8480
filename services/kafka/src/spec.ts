/** Adds to the spec of service.yml what follows from the version and from the options of Kafka itself. */
import { PackageError, withPlan, type PodSpec, type ServiceSpec, type SpecInput, type TaskSpec } from '@warder/sdk';
import { clusterId } from './cluster-id.ts';
import { goodbye } from './decommission/forget.ts';
import { withDisks } from './disk/shape.ts';
import { jvmFlags, loggingFlags, otherLogging } from './jvm.ts';
import { checkMetadata, chrootOf, speaks } from './metadata.ts';
import { readOptions, type KafkaOptions } from './options.ts';
import { propertiesFor, type Properties, type Role } from './properties.ts';
import { kafkaVersion, type KafkaVersion } from './version.ts';
import { zooKeeperShape } from './zookeeper-shape.ts';

/** Pure. Throws a PackageError when options contradict each other. */
export const kafkaSpec = (input: SpecInput): ServiceSpec => {
  const options = readOptions(input.options);
  const version = kafkaVersion(input.version);
  checkMetadata(options, version);
  checkCombined(options);
  const spec = options.metadata === 'zookeeper' ? zooKeeperShape(input.spec, options) : input.spec;
  const chroot = chrootOf(spec.name, options);
  const pods = spec.pods.map((pod) => {
    const role = pod.name === 'controller' ? 'controller' : 'broker';
    const disks = role === 'broker' ? options.brokers.disks : 1;
    const { retired } = role === 'broker' ? options.brokers : { retired: [] };
    const numbered = retired.length === 0 ? pod : { ...pod, retired };
    return kafkaPod(withDisks(numbered, disks), role, { options, version, uid: input.uid, chroot });
  });
  return options.metadata === 'zookeeper' ? { ...spec, pods } : withPlan({ ...spec, pods }, goodbye);
};

type Given = {
  readonly options: KafkaOptions;
  readonly version: KafkaVersion;
  readonly uid: string;
  readonly chroot: string;
};

const checkCombined = ({ brokers, controllers }: KafkaOptions): void => {
  const voter = brokers.retired.find((id) => controllers.combined && id < controllers.count);
  if (voter !== undefined)
    throw new PackageError('kafka-combined', `broker ${voter} votes on the metadata: it cannot be retired`);
  if (!controllers.combined || controllers.count <= brokers.count) return;
  const why = `of ${brokers.count} brokers, ${controllers.count} cannot be controllers too`;
  throw new PackageError('kafka-combined', `${why}: set controllers.count to 1, or raise brokers.count`);
};

const kafkaPod = (pod: PodSpec, role: Role, given: Given): PodSpec => {
  const properties = propertiesFor(role, given.options, given.version);
  const tasks = pod.tasks.map((task) => kafkaTask(task, role, properties, given));
  return { ...pod, uris: [...pod.uris, given.version.artifact], tasks };
};

const kafkaTask = (task: TaskSpec, role: Role, properties: Properties, given: Given): TaskSpec => {
  const { options, version } = given;
  const { zookeeper, quorum } = speaks(role, options);
  const size = role === 'broker' ? options.brokers : options.controllers;
  const configs = task.configs
    .filter((config) => config.dest !== otherLogging(version.line))
    .map((config) =>
      config.dest === 'kafka.properties' ? { ...config, template: config.template + lines(properties) } : config,
    );
  const env = {
    ...task.env,
    KAFKA_CLUSTER_ID: clusterId(given.uid),
    ...(zookeeper ? { KAFKA_ZOOKEEPER: options.zookeeper.connect + given.chroot } : {}),
    ...(quorum
      ? { KAFKA_COMBINED: String(options.controllers.combined), KAFKA_VOTERS: String(options.controllers.count) }
      : {}),
    KAFKA_JVM: jvmFlags(role, size),
    KAFKA_LOGGING: loggingFlags(version.line),
  };
  return { ...task, env, configs, live: { procedure: 'apply-live', values: properties.live } };
};

/** The rest of the template. Live values come from the view, so that a change of one changes no template. */
const lines = (properties: Properties): string => {
  const restart = Object.entries(properties.restart).map(([key, value]) => `${key}=${escape(value)}\n`);
  return `${restart.join('')}{{#live}}\n{{key}}={{{value}}}\n{{/live}}\n`;
};

/** A backslash begins an escape in a file of properties. */
const escape = (value: string): string => value.replaceAll('\\', '\\\\');
