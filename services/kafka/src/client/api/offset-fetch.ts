import type { Api } from '../api.ts';

export type CommittedOffset = {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  /** The next to be read; -1: none was committed. */
  readonly offset: bigint;
};

/** All that a group has committed, asked of its coordinator. */
export const offsetFetch: Api<
  { readonly group: string },
  { readonly errorCode: number; readonly offsets: readonly CommittedOffset[] }
> = {
  name: 'OffsetFetch',
  key: 9,
  min: 2,
  max: 9,
  flexibleFrom: 6,
  write: (to, { group }, version) => {
    const everything = (): void => {
      to.structs(null, () => undefined);
    };
    if (version >= 8) {
      to.structs([group], (id) => {
        to.string(id);
        if (version >= 9) to.string(null).int32(-1);
        everything();
      });
    } else {
      to.string(group);
      everything();
    }
    if (version >= 7) to.boolean(false);
  },
  read: (from, version) => {
    const topics = (): readonly CommittedOffset[] =>
      from
        .structs(() => {
          const topic = from.string();
          return from.structs(() => {
            const partition = from.int32();
            const offset = from.int64();
            if (version >= 5) from.int32();
            from.nullableString();
            return { topic, partition, offset, errorCode: from.int16() };
          });
        })
        .flat();
    if (version >= 3) from.int32();
    if (version < 8) {
      const offsets = topics();
      return { errorCode: from.int16(), offsets };
    }
    const [group] = from.structs(() => {
      from.string();
      const offsets = topics();
      return { errorCode: from.int16(), offsets };
    });
    return group ?? { errorCode: 15, offsets: [] };
  },
};
