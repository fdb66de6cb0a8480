/** The options of the package as its code reads them. The schema in options.json has been checked before. */

export type ZooKeeperOptions = {
  readonly servers: {
    readonly count: number;
    readonly memory: number;
    readonly heap: number;
    readonly jvm_options: string;
  };
  /** Lines of zoo.cfg by their own names. */
  readonly lines: Readonly<Record<string, string>>;
  /** Those that a person gave by their own names. */
  readonly extra: Readonly<Record<string, string>>;
};

export const readOptions = (options: Fields): ZooKeeperOptions => {
  const servers = section(options, 'servers');
  const zookeeper = section(options, 'zookeeper');
  return {
    servers: {
      count: number(servers, 'count', 3),
      memory: number(servers, 'memory', 512),
      heap: number(servers, 'heap', 256),
      jvm_options: typeof servers['jvm_options'] === 'string' ? servers['jvm_options'] : '',
    },
    lines: {
      tickTime: String(number(zookeeper, 'tick_time_ms', 2000)),
      initLimit: String(number(zookeeper, 'init_limit', 10)),
      syncLimit: String(number(zookeeper, 'sync_limit', 5)),
      maxClientCnxns: String(number(zookeeper, 'max_client_connections', 60)),
      'autopurge.snapRetainCount': String(number(zookeeper, 'snapshots_kept', 3)),
      'autopurge.purgeInterval': String(number(zookeeper, 'purge_hours', 1)),
    },
    extra: Object.fromEntries(Object.entries(section(zookeeper, 'extra')).map(([key, value]) => [key, String(value)])),
  };
};

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const section = (options: Fields, name: string): Fields => {
  const value = options[name];
  return isRecord(value) ? value : {};
};

const number = (fields: Fields, key: string, otherwise: number): number => {
  const value = fields[key];
  return typeof value === 'number' ? value : otherwise;
};
