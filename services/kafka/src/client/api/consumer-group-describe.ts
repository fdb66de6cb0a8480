import type { Api } from '../api.ts';
import type { AssignedTopic, GroupDetail } from './describe-groups.ts';

/** Groups of the protocol that came with Kafka 4, asked of their coordinator. */
export const consumerGroupDescribe: Api<{ readonly groups: readonly string[] }, readonly GroupDetail[]> = {
  name: 'ConsumerGroupDescribe',
  key: 69,
  min: 0,
  max: 1,
  flexibleFrom: 0,
  write: (to, { groups }) => {
    to.values(groups, (group) => to.string(group)).boolean(false);
  },
  read: (from, version) => {
    const assignment = (): readonly AssignedTopic[] => {
      const topics = from.structs(() => {
        from.uuid();
        return { topic: from.string(), partitions: from.values(from.int32) };
      });
      from.tagged({});
      return topics;
    };
    from.int32();
    return from.structs(() => {
      const errorCode = from.int16();
      const errorMessage = from.nullableString();
      const id = from.string();
      const state = from.string();
      from.int32();
      from.int32();
      const assignor = from.string();
      const members = from.structs(() => {
        const memberId = from.string();
        const instanceId = from.nullableString();
        from.nullableString();
        from.int32();
        const clientId = from.string();
        const host = from.string();
        from.values(from.string);
        from.nullableString();
        const assigned = assignment();
        assignment();
        if (version >= 1) from.int8();
        return { id: memberId, instanceId, clientId, host, assigned };
      });
      from.int32();
      return { errorCode, errorMessage, id, state, protocolType: 'consumer', assignor, members };
    });
  },
};
