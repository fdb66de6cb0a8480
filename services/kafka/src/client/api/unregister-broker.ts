import type { Api } from '../api.ts';

/** Forget a broker that is not there any more. In KRaft only; any broker passes it on. */
export const unregisterBroker: Api<
  { readonly id: number },
  { readonly errorCode: number; readonly errorMessage: string | null }
> = {
  name: 'UnregisterBroker',
  key: 64,
  min: 0,
  max: 0,
  flexibleFrom: 0,
  write: (to, { id }) => {
    to.int32(id);
  },
  read: (from) => {
    from.int32();
    return { errorCode: from.int16(), errorMessage: from.nullableString() };
  },
};
