import type { Api } from '../api.ts';
import type { TopicResult } from './create-topics.ts';

export const deleteTopics: Api<
  { readonly names: readonly string[]; readonly timeoutMs: number },
  readonly TopicResult[]
> = {
  name: 'DeleteTopics',
  key: 20,
  min: 1,
  max: 6,
  flexibleFrom: 4,
  write: (to, request, version) => {
    if (version >= 6) to.structs(request.names, (name) => to.string(name).noUuid());
    else to.values(request.names, (name) => to.string(name));
    to.int32(request.timeoutMs);
  },
  read: (from, version) => {
    from.int32();
    return from.structs(() => {
      const name = from.string();
      if (version >= 6) from.uuid();
      return { name, errorCode: from.int16(), errorMessage: version >= 5 ? from.nullableString() : null };
    });
  },
};
