import type { Api } from '../api.ts';

/** Set offsets of a group without members, as nobody in particular; asked of its coordinator. */
export const offsetCommit: Api<
  {
    readonly group: string;
    readonly topic: string;
    readonly offsets: readonly { readonly partition: number; readonly offset: bigint }[];
  },
  readonly { readonly partition: number; readonly errorCode: number }[]
> = {
  name: 'OffsetCommit',
  key: 8,
  min: 2,
  max: 9,
  flexibleFrom: 8,
  write: (to, { group, topic, offsets }, version) => {
    to.string(group).int32(-1).string('');
    if (version >= 7) to.string(null);
    if (version <= 4) to.int64(-1n);
    to.structs([topic], (name) => {
      to.string(name).structs(offsets, ({ partition, offset }) => {
        to.int32(partition).int64(offset);
        if (version >= 6) to.int32(-1);
        to.string('');
      });
    });
  },
  read: (from, version) => {
    if (version >= 3) from.int32();
    const topics = from.structs(() => {
      from.string();
      return from.structs(() => ({ partition: from.int32(), errorCode: from.int16() }));
    });
    return topics.flat();
  },
};
