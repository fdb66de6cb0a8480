import type { Api } from '../api.ts';

/** Whom a quota is for. A name of null: everybody of that type who has none of their own. */
export type QuotaPart = { readonly type: string; readonly name: string | null };

export type Quota = {
  readonly entity: readonly QuotaPart[];
  readonly values: readonly { readonly key: string; readonly value: number }[];
};

/** Every quota that is set. Any broker answers. */
export const describeClientQuotas: Api<
  null,
  { readonly errorCode: number; readonly errorMessage: string | null; readonly quotas: readonly Quota[] }
> = {
  name: 'DescribeClientQuotas',
  key: 48,
  min: 0,
  max: 1,
  flexibleFrom: 1,
  write: (to) => {
    to.structs([], () => undefined).boolean(false);
  },
  read: (from) => {
    from.int32();
    const errorCode = from.int16();
    const errorMessage = from.nullableString();
    const quotas = from.structs(() => ({
      entity: from.structs(() => ({ type: from.string(), name: from.nullableString() })),
      values: from.structs(() => ({ key: from.string(), value: from.float64() })),
    }));
    return { errorCode, errorMessage, quotas };
  },
};

/** A value of null takes the quota away. */
export type QuotaChange = { readonly key: string; readonly value: number | null };

export const alterClientQuotas: Api<
  {
    readonly entity: readonly QuotaPart[];
    readonly changes: readonly QuotaChange[];
    readonly validateOnly: boolean;
  },
  readonly { readonly errorCode: number; readonly errorMessage: string | null }[]
> = {
  name: 'AlterClientQuotas',
  key: 49,
  min: 0,
  max: 1,
  flexibleFrom: 1,
  write: (to, { entity, changes, validateOnly }) => {
    to.structs([entity], (parts) => {
      to.structs(parts, ({ type, name }) => to.string(type).string(name));
      to.structs(changes, ({ key, value }) =>
        to
          .string(key)
          .float64(value ?? 0)
          .boolean(value === null),
      );
    });
    to.boolean(validateOnly);
  },
  read: (from) => {
    from.int32();
    return from.structs(() => {
      const result = { errorCode: from.int16(), errorMessage: from.nullableString() };
      from.structs(() => [from.string(), from.nullableString()]);
      return result;
    });
  },
};
