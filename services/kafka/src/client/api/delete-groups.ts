import type { Api } from '../api.ts';

/** With their offsets; asked of their coordinator. */
export const deleteGroups: Api<
  { readonly groups: readonly string[] },
  readonly { readonly id: string; readonly errorCode: number }[]
> = {
  name: 'DeleteGroups',
  key: 42,
  min: 0,
  max: 2,
  flexibleFrom: 2,
  write: (to, { groups }) => {
    to.values(groups, (group) => to.string(group));
  },
  read: (from) => {
    from.int32();
    return from.structs(() => ({ id: from.string(), errorCode: from.int16() }));
  },
};
