/** What each release of Kafka can do, from Kafka's own documentation: the model's account, not the package's. */

export type Ranges = Readonly<Record<string, readonly [min: number, max: number]>>;

const four = (metadata: number, more: Ranges): Ranges => ({
  'metadata.version': [7, metadata],
  'kraft.version': [0, 1],
  'transaction.version': [0, 2],
  'group.version': [0, 1],
  'eligible.leader.replicas.version': [0, 1],
  ...more,
});

const releases: Readonly<Record<string, Ranges>> = {
  '2.8': {},
  '3.9': { 'metadata.version': [1, 21], 'kraft.version': [0, 1] },
  '4.3': four(30, { 'share.version': [0, 1], 'streams.version': [0, 1] }),
  '4.4': four(33, { 'share.version': [0, 2], 'streams.version': [0, 1] }),
};

/** The levels of a cluster that is formatted by the release. */
const fresh: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  '3.9': { 'metadata.version': 21 },
  '4.3': levels(30, 1),
  '4.4': levels(33, 2),
};

function levels(metadata: number, share: number): Readonly<Record<string, number>> {
  return {
    'metadata.version': metadata,
    'transaction.version': 2,
    'group.version': 1,
    'eligible.leader.replicas.version': 1,
    'share.version': share,
    'streams.version': 1,
  };
}

const lineOf = (version: string): string => version.split('.', 2).join('.');

/** Of `4.4.0`. */
export const rangesOf = (version: string): Ranges => {
  const ranges = releases[lineOf(version)];
  if (ranges === undefined) throw new Error(`the model knows no Kafka ${version}`);
  return ranges;
};

export const freshLevels = (version: string): ReadonlyMap<string, number> =>
  new Map(Object.entries(fresh[lineOf(version)] ?? {}));

/** What of these levels the version cannot work with, in words. */
export const unreadable = (version: string, features: ReadonlyMap<string, number>): readonly string[] => {
  const ranges = rangesOf(version);
  return [...features].flatMap(([name, level]) => {
    const [min, max] = ranges[name] ?? [0, 0];
    return level < min || level > max ? [`${name} ${level}`] : [];
  });
};

/** From 4.0 on a broker tells of those that are registered and may not serve. */
export const tellsFenced = (version: string): boolean => !['2.8', '3.9'].includes(lineOf(version));
