import type { Api } from '../api.ts';

export type Coordinator = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly id: number;
  readonly host: string;
  readonly port: number;
};

/** The broker that keeps the offsets of a group, and its members. */
export const findCoordinator: Api<{ readonly group: string }, Coordinator> = {
  name: 'FindCoordinator',
  key: 10,
  min: 1,
  max: 6,
  flexibleFrom: 3,
  write: (to, { group }, version) => {
    if (version >= 4) to.int8(0).values([group], (key) => to.string(key));
    else to.string(group).int8(0);
  },
  read: (from, version) => {
    from.int32();
    if (version < 4) {
      const errorCode = from.int16();
      const errorMessage = from.nullableString();
      return { errorCode, errorMessage, id: from.int32(), host: from.string(), port: from.int32() };
    }
    const [found] = from.structs(() => {
      from.string();
      const place = { id: from.int32(), host: from.string(), port: from.int32() };
      return { ...place, errorCode: from.int16(), errorMessage: from.nullableString() };
    });
    return found ?? { errorCode: 15, errorMessage: null, id: -1, host: '', port: -1 };
  },
};
