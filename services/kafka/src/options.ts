/** The options of the package as its code reads them. The schema in options.json has been checked before. */

type Scalar = string | number | boolean;

/** In the order of the way there; `returning` and `leaving` are on the way back. */
const migrations = ['none', 'controllers', 'brokers', 'kraft', 'returning', 'leaving'] as const;

export type Migration = (typeof migrations)[number];

export type KafkaOptions = {
  readonly brokers: {
    readonly count: number;
    /** Ids that are not used any more. */
    readonly retired: readonly number[];
    readonly memory: number;
    readonly heap: number;
    /** Volumes of each. */
    readonly disks: number;
    readonly jvm_options: string;
  };
  readonly controllers: {
    readonly combined: boolean;
    readonly count: number;
    readonly memory: number;
    readonly heap: number;
    readonly jvm_options: string;
  };
  /** The typed keys that have a value. */
  readonly kafka: Readonly<Record<string, Scalar>>;
  readonly metadata: 'kraft' | 'zookeeper';
  /** With ZooKeeper: how far it is on its way to controllers of its own, or back. */
  readonly migration: Migration;
  readonly zookeeper: { readonly connect: string; readonly chroot: string };
  /** Other properties by their own names. */
  readonly extra: Readonly<Record<string, string>>;
};

export const readOptions = (options: Readonly<Record<string, unknown>>): KafkaOptions => {
  const brokers = section(options, 'brokers');
  const controllers = section(options, 'controllers');
  const { extra, metadata, migration, ...kafka } = section(options, 'kafka');
  const zookeeper = section(options, 'zookeeper');
  return {
    brokers: {
      count: number(brokers, 'count', 3),
      retired: numbers(brokers, 'retired'),
      memory: number(brokers, 'memory', 1024),
      heap: number(brokers, 'heap', 512),
      disks: number(brokers, 'disks', 1),
      jvm_options: text(brokers, 'jvm_options'),
    },
    controllers: {
      combined: controllers['combined'] === true,
      count: number(controllers, 'count', 3),
      memory: number(controllers, 'memory', 512),
      heap: number(controllers, 'heap', 256),
      jvm_options: text(controllers, 'jvm_options'),
    },
    metadata: metadata === 'zookeeper' ? 'zookeeper' : 'kraft',
    migration: migrations.find((each) => each === migration) ?? 'none',
    zookeeper: { connect: text(zookeeper, 'connect'), chroot: text(zookeeper, 'chroot') },
    kafka: Object.fromEntries(Object.entries(kafka).filter(isScalarEntry)),
    extra: Object.fromEntries(Object.entries(isRecord(extra) ? extra : {}).map(([key, value]) => [key, String(value)])),
  };
};

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isScalarEntry = (entry: [string, unknown]): entry is [string, Scalar] =>
  ['string', 'number', 'boolean'].includes(typeof entry[1]);

const section = (options: Fields, name: string): Fields => {
  const value = options[name];
  return isRecord(value) ? value : {};
};

const number = (fields: Fields, key: string, otherwise: number): number => {
  const value = fields[key];
  return typeof value === 'number' ? value : otherwise;
};

const numbers = (fields: Fields, key: string): readonly number[] => {
  const value = fields[key];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'number') : [];
};

const text = (fields: Fields, key: string): string => {
  const value = fields[key];
  return typeof value === 'string' ? value : '';
};
