import type { Api } from '../api.ts';

export type Features = {
  readonly errorCode: number;
  /** What this very node can do. */
  readonly supported: ReadonlyMap<string, { readonly min: number; readonly max: number }>;
  /** What the cluster has agreed on, as this node knows it; a feature that is not in it is at 0. */
  readonly finalised: ReadonlyMap<string, number>;
};

/** The features of a node: the tagged part of what it answers to ApiVersions. Version 4 tells those that begin at 0, too. */
export const describeFeatures: Api<null, Features> = {
  name: 'ApiVersions',
  key: 18,
  min: 3,
  max: 4,
  flexibleFrom: 3,
  write: (to) => {
    to.string('warder').string('1');
  },
  read: (from) => {
    const errorCode = from.int16();
    from.structs(() => [from.int16(), from.int16(), from.int16()]);
    from.int32();
    let supported: Features['supported'] = new Map();
    let finalised: Features['finalised'] = new Map();
    from.tagged({
      0: () => {
        supported = new Map(from.structs(() => [from.string(), { min: from.int16(), max: from.int16() }] as const));
      },
      2: () => {
        const levels = from.structs(() => ({ name: from.string(), level: from.int16(), min: from.int16() }));
        finalised = new Map(levels.map(({ name, level }) => [name, level]));
      },
    });
    return { errorCode, supported, finalised };
  },
};
