/** What a launched task is told: its version, its roles and its properties, as the package has rendered them. */
import type { SimTask, Tenant } from '@warder/sim/kit';

export type Launched = {
  /** As the cluster knows it. */
  readonly id: number;
  readonly version: string;
  readonly isBroker: boolean;
  readonly isVoter: boolean;
  /** Whom it asks for the metadata. */
  readonly speaks: 'zookeeper' | 'both' | 'kraft';
  readonly clusterId: string;
  readonly host: string;
  readonly clientPort: number;
  readonly quorumPort: number;
  readonly rack: string | null;
  /** Ids of those that vote, by its own file. */
  readonly voters: readonly number[];
  readonly properties: ReadonlyMap<string, string>;
  /** Of its JVM. */
  readonly heapMiB: number;
  /** The volume that its data is on. */
  readonly volume: string;
};

/** Throws where start.sh would fail. */
export function launchedOf(task: SimTask, tenant: Tenant): Launched {
  const { env, files, artifacts } = task.launch;
  const index = Number(env['POD_INSTANCE_INDEX']);
  const version = artifacts.flatMap(({ uri }) => /org\.apache\.kafka:kafka_[\d.]+:([\d.]+)/.exec(uri)?.[1] ?? [])[0];
  const reservation = tenant.reservations.get(task.reservationId);
  const volume = reservation?.sets.flatMap(({ volumes }) => volumes)[0]?.id;
  if (version === undefined || volume === undefined || reservation === undefined)
    throw new Error('it has no jars, or no volume');
  const isController = env['KAFKA_ROLE'] === 'controller';
  // On ZooKeeper nobody votes.
  const count = Number(env['KAFKA_VOTERS'] ?? 0);
  const text = (path: string): string => files.find((file) => file.path === path)?.content ?? '';
  const voters = votersOf(text('voters.sh'), count);
  if (voters.length !== count)
    throw new Error(`only these of the ${count} controllers have a place: ${voters.join(', ')}`);
  const speaks = env['KAFKA_ZOOKEEPER'] === undefined ? 'kraft' : count === 0 ? 'zookeeper' : 'both';
  return {
    id: isController ? Number(`100${index}`) : index,
    version,
    isBroker: !isController,
    speaks,
    isVoter: isController || (env['KAFKA_COMBINED'] === 'true' && index < count),
    clusterId: env['KAFKA_CLUSTER_ID'] ?? '',
    host: reservation.address,
    clientPort: Number(env['KAFKA_CLIENT_PORT'] ?? 0),
    quorumPort: Number(env['KAFKA_QUORUM_PORT'] ?? 0),
    rack: env['ZONE'] === undefined || env['ZONE'] === '' ? null : env['ZONE'],
    voters,
    properties: new Map([...propertiesOf(text('kafka.properties')), ...ownOf(isController, speaks)]),
    heapMiB: Number(/-Xmx(\d+)m/.exec(env['KAFKA_JVM'] ?? '')?.[1] ?? 0),
    volume,
  };
}

/** As the shell reads it: a line may hold a condition on the index. */
const votersOf = (script: string, count: number): readonly number[] =>
  [...script.matchAll(/^(?:\[ (\d+) -ge (\d+) \] \|\| )?voters="\$voters,(\d+)@[^:"]+:\d+"$/gm)].flatMap(
    ([, index, limit, id]) => (index !== undefined && Number(index) >= Number(limit ?? count) ? [] : [Number(id)]),
  );

/** What start.sh adds. */
const ownOf = (isController: boolean, speaks: Launched['speaks']): readonly (readonly [string, string])[] => [
  ...(isController || speaks === 'kraft' ? [['process.roles', isController ? 'controller' : 'broker'] as const] : []),
  ...(speaks === 'kraft' ? [] : [['zookeeper.connect', 'zookeeper:2181'] as const]),
  ...(speaks === 'both' ? [['zookeeper.metadata.migration.enable', 'true'] as const] : []),
];

const propertiesOf = (file: string): ReadonlyMap<string, string> =>
  new Map(
    file.split('\n').flatMap((line) => {
      const at = line.indexOf('=');
      return at < 0 || line.startsWith('#') ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
    }),
  );
