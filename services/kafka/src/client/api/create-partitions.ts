import type { Api } from '../api.ts';
import type { TopicResult } from './create-topics.ts';

/** Grow topics to `count` partitions each. */
export const createPartitions: Api<
  {
    readonly topics: readonly { readonly name: string; readonly count: number }[];
    readonly timeoutMs: number;
  },
  readonly TopicResult[]
> = {
  name: 'CreatePartitions',
  key: 37,
  min: 0,
  max: 3,
  flexibleFrom: 2,
  write: (to, request) => {
    to.structs(request.topics, (topic) => {
      to.string(topic.name)
        .int32(topic.count)
        .structs(null, () => undefined);
    });
    to.int32(request.timeoutMs).boolean(false);
  },
  read: (from) => {
    from.int32();
    return from.structs(() => ({
      name: from.string(),
      errorCode: from.int16(),
      errorMessage: from.nullableString(),
    }));
  },
};
