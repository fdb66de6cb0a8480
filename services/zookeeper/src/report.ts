/** What the words of four letters answer. Pure. */

/** The answer to `mntr`. */
export type Report = {
  /** Absent: it runs, but belongs to no quorum that serves. */
  readonly role?: 'leader' | 'follower' | 'standalone';
  /** It has all that its leader had when it joined, and takes part in each change since. */
  readonly broadcasts: boolean;
  /** Of a leader: how many followers are in sync with it. */
  readonly syncedFollowers?: number;
  /** Everything that is a number, by its name without `zk_`. */
  readonly values: ReadonlyMap<string, number>;
  readonly version: string;
};

const away: Report = { broadcasts: false, values: new Map(), version: '' };

export const parseReport = (text: string): Report => {
  const fields = new Map(
    text.split('\n').flatMap((line) => {
      const [key = '', value] = line.split('\t');
      return value === undefined || !key.startsWith('zk_') ? [] : [[key.slice(3), value.trim()] as const];
    }),
  );
  const role = fields.get('server_state');
  if (role !== 'leader' && role !== 'follower' && role !== 'standalone') return away;
  const values = new Map(
    [...fields].flatMap(([key, value]) => (/^-?\d+(\.\d+)?$/.test(value) ? [[key, Number(value)] as const] : [])),
  );
  const synced = values.get('synced_followers');
  return {
    role,
    broadcasts: role === 'standalone' || fields.get('peer_state')?.endsWith(' broadcast') === true,
    ...(synced === undefined ? {} : { syncedFollowers: synced }),
    values,
    version: /^[^-,\s]+/.exec(fields.get('version') ?? '')?.[0] ?? '',
  };
};

/** The last change that a member has applied, from its answer to `srvr`: the epoch above, a counter below 32 bits. */
export const parseZxid = (text: string): bigint | undefined => {
  const [, hex] = /^Zxid: 0x([0-9a-f]+)$/m.exec(text) ?? [];
  return hex === undefined ? undefined : BigInt(`0x${hex}`);
};

export const epochOf = (zxid: bigint): bigint => zxid >> 32n;

/** In a new epoch a follower shows the zxid of the old one until the first change. */
export const isBehind = (own: bigint, leaders: bigint): boolean => (leaders & 0xffffffffn) !== 0n && own < leaders;

/** From the answer to `conf`: by id, where a member believes all members to be. Undefined: it does not serve. */
export const parseMembers = (text: string): ReadonlyMap<number, string> | undefined => {
  if (!text.includes('serverId=')) return undefined;
  const lines = text.matchAll(/^server\.(\d+)=(.*):participant\b/gm);
  return new Map([...lines].map(([, id, where]) => [Number(id), where ?? '']));
};
