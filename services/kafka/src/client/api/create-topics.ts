import type { Api } from '../api.ts';

export type NewTopic = {
  readonly name: string;
  /** -1: the default of the cluster. */
  readonly partitions: number;
  /** -1: the default of the cluster. */
  readonly replication: number;
  readonly configs: Readonly<Record<string, string>>;
};

export type TopicResult = { readonly name: string; readonly errorCode: number; readonly errorMessage: string | null };

export const createTopics: Api<
  {
    readonly topics: readonly NewTopic[];
    readonly timeoutMs: number;
    /** Only whether they could be made. */
    readonly validateOnly?: true;
  },
  readonly TopicResult[]
> = {
  name: 'CreateTopics',
  key: 19,
  min: 2,
  max: 7,
  flexibleFrom: 5,
  write: (to, request) => {
    to.structs(request.topics, (topic) => {
      to.string(topic.name).int32(topic.partitions).int16(topic.replication);
      to.structs([], () => undefined);
      to.structs(Object.entries(topic.configs), ([key, value]) => to.string(key).string(value));
    });
    to.int32(request.timeoutMs).boolean(request.validateOnly === true);
  },
  read: (from, version) => {
    from.int32();
    return from.structs(() => {
      const name = from.string();
      if (version >= 7) from.uuid();
      const errorCode = from.int16();
      const errorMessage = from.nullableString();
      if (version >= 5) {
        from.int32();
        from.int16();
        from.structs(() => {
          from.string();
          from.nullableString();
          from.boolean();
          from.int8();
          from.boolean();
        });
      }
      return { name, errorCode, errorMessage };
    });
  },
};
