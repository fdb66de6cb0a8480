import type { Api } from '../api.ts';
import { resourceCode, type ConfigResource } from './config-resource.ts';

/** Where a value comes from, as Kafka numbers it. */
export const ConfigSource = {
  topic: 1,
  dynamicBroker: 2,
  dynamicDefault: 3,
  staticFile: 4,
  default: 5,
} as const;

export type ConfigEntry = {
  readonly name: string;
  /** Null when unset, or when it is a secret. */
  readonly value: string | null;
  readonly readOnly: boolean;
  readonly source: number;
  readonly sensitive: boolean;
  /** The values that would count in turn, the effective one first. */
  readonly synonyms: readonly { readonly name: string; readonly value: string | null; readonly source: number }[];
};

export type ConfigResult = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly name: string;
  readonly entries: readonly ConfigEntry[];
};

/** `keys` null: all of them. The configuration of broker n can be asked of broker n only. */
export const describeConfigs: Api<
  { readonly resources: readonly (ConfigResource & { readonly keys: readonly string[] | null })[] },
  readonly ConfigResult[]
> = {
  name: 'DescribeConfigs',
  key: 32,
  min: 1,
  max: 4,
  flexibleFrom: 4,
  write: (to, request, version) => {
    to.structs(request.resources, (resource) => {
      to.int8(resourceCode(resource)).string(resource.name);
      to.values(resource.keys, (key) => to.string(key));
    });
    to.boolean(true);
    if (version >= 3) to.boolean(false);
  },
  read: (from, version) => {
    from.int32();
    return from.structs(() => {
      const errorCode = from.int16();
      const errorMessage = from.nullableString();
      from.int8();
      const name = from.string();
      const entries = from.structs(() => {
        const entry = {
          name: from.string(),
          value: from.nullableString(),
          readOnly: from.boolean(),
          source: from.int8(),
          sensitive: from.boolean(),
          synonyms: from.structs(() => ({
            name: from.string(),
            value: from.nullableString(),
            source: from.int8(),
          })),
        };
        if (version >= 3) {
          from.int8();
          from.nullableString();
        }
        return entry;
      });
      return { errorCode, errorMessage, name, entries };
    });
  },
};
