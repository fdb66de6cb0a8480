/** What lies between topics as they are declared and as they are. Pure. */
import { sameValue } from '../live-apply.ts';

export type Declared = {
  readonly name: string;
  /** Absent, as the next: what the topic has, or what the cluster gives to new ones. */
  readonly partitions?: number;
  readonly replication?: number;
  /** Absent: not looked at. Else all that the topic has of its own. */
  readonly configs?: Readonly<Record<string, string>>;
};

export type Present = {
  readonly name: string;
  readonly internal: boolean;
  readonly partitions: number;
  /** Of the partition that has fewest. */
  readonly replication: number;
  /** Every partition has as many. */
  readonly even: boolean;
  readonly configs: Readonly<Record<string, string | null>>;
};

/** Something in the file that cannot be. */
export type Wrong = {
  /** Below `topics`: the name of the topic, then the key. */
  readonly path: readonly string[];
  readonly message: string;
  readonly next: string;
  /** It is a name nobody knows; these are known. */
  readonly known?: readonly string[];
};

export type SettingChange = {
  readonly name: string;
  readonly set: Readonly<Record<string, string>>;
  readonly unset: readonly string[];
  readonly before: Readonly<Record<string, string | null>>;
};

export type Diff = {
  readonly create: readonly Declared[];
  readonly grow: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  readonly set: readonly SettingChange[];
  readonly replicate: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** Declared before, and not any more. */
  readonly remove: readonly string[];
  /** As above, where nobody asked for their deletion. */
  readonly left: readonly string[];
  readonly wrong: readonly Wrong[];
};

export type DiffInput = {
  readonly declared: readonly Declared[];
  readonly present: readonly Present[];
  /** Names that an apply has declared before. */
  readonly before: readonly string[];
  /** Delete what is not declared any more. */
  readonly prune: boolean;
  /** How many the service has, up or not. */
  readonly brokers: number;
};

/** Of moves that are under way: those come and go by themselves. */
const ofMoves: readonly string[] = ['leader.replication.throttled.replicas', 'follower.replication.throttled.replicas'];

export const diffTopics = ({ declared, present, before, prune, brokers }: DiffInput): Diff => {
  const here = new Map(present.map((each) => [each.name, each]));
  const names = new Set(declared.map(({ name }) => name));
  const known = declared.flatMap((wanted) => {
    const now = here.get(wanted.name);
    return now === undefined ? [] : [{ wanted, now }];
  });
  const gone = before.filter((name) => !names.has(name) && here.get(name)?.internal === false).toSorted();
  return {
    create: declared.filter(({ name }) => !here.has(name)),
    grow: known.flatMap(({ wanted: { name, partitions = 0 }, now }) =>
      partitions > now.partitions ? [{ name, from: now.partitions, to: partitions }] : [],
    ),
    set: known.flatMap(({ wanted, now }) => settingChange(wanted, now)),
    replicate: known.flatMap(({ wanted: { name, replication }, now }) =>
      replication === undefined || (replication === now.replication && now.even)
        ? []
        : [{ name, from: now.replication, to: replication }],
    ),
    remove: prune ? gone : [],
    left: prune ? [] : gone,
    wrong: [
      ...known.flatMap(({ wanted, now }) => fewer(wanted, now)),
      ...declared.flatMap((wanted) => contradictions(wanted, here.get(wanted.name), brokers)),
    ],
  };
};

const settingChange = ({ name, configs }: Declared, now: Present): readonly SettingChange[] => {
  if (configs === undefined) return [];
  const set = Object.entries(configs).filter(([key, value]) => {
    const own = now.configs[key];
    return own === undefined || own === null || !sameValue(own, value);
  });
  const unset = Object.keys(now.configs).filter((key) => !(key in configs) && !ofMoves.includes(key));
  if (set.length === 0 && unset.length === 0) return [];
  return [{ name, set: Object.fromEntries(set), unset, before: now.configs }];
};

const fewer = ({ name, partitions }: Declared, now: Present): readonly Wrong[] =>
  partitions === undefined || partitions >= now.partitions
    ? []
    : [
        {
          path: [name, 'partitions'],
          message: `it has ${now.partitions} partitions, and they never become fewer`,
          next: `write ${now.partitions}, or make another topic`,
        },
      ];

const contradictions = (
  { name, replication, configs = {} }: Declared,
  now: Present | undefined,
  brokers: number,
): readonly Wrong[] => {
  const copies = replication ?? now?.replication;
  const inSync = configs['min.insync.replicas'];
  const many: Wrong = {
    path: [name, 'replication'],
    message: `there are ${brokers} brokers, so ${replication} copies cannot be made`,
    next: `write ${brokers} at most, or add brokers`,
  };
  const strict: Wrong = {
    path: [name, 'configs', 'min.insync.replicas'],
    message: `there are ${copies} copies: no write with acks=all could ever succeed`,
    next: `write ${copies} at most`,
  };
  return [
    ...(replication !== undefined && replication > brokers ? [many] : []),
    ...(copies !== undefined && inSync !== undefined && Number(inSync) > copies ? [strict] : []),
  ];
};
