import type { Api } from '../api.ts';
import { resourceCode, type ConfigResource } from './config-resource.ts';

/** A value of null takes the setting away. */
export type ConfigChange = { readonly key: string; readonly value: string | null };

export type AlterResult = { readonly errorCode: number; readonly errorMessage: string | null; readonly name: string };

/** Changes only the keys that are named. */
export const incrementalAlterConfigs: Api<
  {
    readonly resources: readonly (ConfigResource & { readonly changes: readonly ConfigChange[] })[];
    readonly validateOnly: boolean;
  },
  readonly AlterResult[]
> = {
  name: 'IncrementalAlterConfigs',
  key: 44,
  min: 0,
  max: 1,
  flexibleFrom: 1,
  write: (to, request) => {
    to.structs(request.resources, (resource) => {
      to.int8(resourceCode(resource)).string(resource.name);
      to.structs(resource.changes, (change) => {
        to.string(change.key)
          .int8(change.value === null ? 1 : 0)
          .string(change.value);
      });
    });
    to.boolean(request.validateOnly);
  },
  read: (from) => {
    from.int32();
    return from.structs(() => {
      const errorCode = from.int16();
      const errorMessage = from.nullableString();
      from.int8();
      return { errorCode, errorMessage, name: from.string() };
    });
  },
};
