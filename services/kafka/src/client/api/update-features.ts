import type { Api } from '../api.ts';

export type FeatureLevel = { readonly name: string; readonly level: number };

export type UpdatedFeatures = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly results: readonly {
    readonly name: string;
    readonly errorCode: number;
    readonly errorMessage: string | null;
  }[];
};

/** Raise levels for good: what the cluster has agreed on is never lowered here. Any broker passes it on. */
export const updateFeatures: Api<
  { readonly levels: readonly FeatureLevel[]; readonly validateOnly: boolean; readonly timeoutMs: number },
  UpdatedFeatures
> = {
  name: 'UpdateFeatures',
  key: 57,
  // The first version cannot be asked without doing it.
  min: 1,
  max: 2,
  flexibleFrom: 0,
  write: (to, request) => {
    to.int32(request.timeoutMs);
    to.structs(request.levels, ({ name, level }) => {
      to.string(name).int16(level).int8(1);
    });
    to.boolean(request.validateOnly);
  },
  read: (from, version) => {
    from.int32();
    const errorCode = from.int16();
    const errorMessage = from.nullableString();
    const results =
      version >= 2
        ? []
        : from.structs(() => ({ name: from.string(), errorCode: from.int16(), errorMessage: from.nullableString() }));
    return { errorCode, errorMessage, results };
  },
};
