import type { Api } from '../api.ts';

export type ListedGroup = {
  readonly id: string;
  /** `consumer` for consumers of either protocol, `connect` ...; empty: offsets are all it has. */
  readonly protocolType: string;
  /** Empty before version 4. */
  readonly state: string;
  /** `classic`, `consumer`, `share`, `streams`. Brokers before 3.8 have but the first. */
  readonly type: string;
};

/** The groups that the asked broker coordinates. */
export const listGroups: Api<null, { readonly errorCode: number; readonly groups: readonly ListedGroup[] }> = {
  name: 'ListGroups',
  key: 16,
  min: 1,
  max: 5,
  flexibleFrom: 3,
  write: (to, _request, version) => {
    if (version >= 4) to.values([], () => undefined);
    if (version >= 5) to.values([], () => undefined);
  },
  read: (from, version) => {
    from.int32();
    const errorCode = from.int16();
    const groups = from.structs(() => ({
      id: from.string(),
      protocolType: from.string(),
      state: version >= 4 ? from.string() : '',
      type: version >= 5 ? from.string().toLowerCase() : 'classic',
    }));
    return { errorCode, groups };
  },
};
