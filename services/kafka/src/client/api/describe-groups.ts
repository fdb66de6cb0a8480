import { Reader } from '@platformatic/kafka';
import type { Api } from '../api.ts';
import { Decoder } from '../codec.ts';

export type GroupDetail = {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly id: string;
  readonly state: string;
  readonly protocolType: string;
  /** How partitions are given out: `range`, `cooperative-sticky` ... */
  readonly assignor: string;
  readonly members: readonly GroupMember[];
};

export type GroupMember = {
  readonly id: string;
  /** Of a static member. */
  readonly instanceId: string | null;
  readonly clientId: string;
  readonly host: string;
  readonly assigned: readonly AssignedTopic[];
};

export type AssignedTopic = { readonly topic: string; readonly partitions: readonly number[] };

/** Groups of the classic protocol, asked of their coordinator. */
export const describeGroups: Api<{ readonly groups: readonly string[] }, readonly GroupDetail[]> = {
  name: 'DescribeGroups',
  key: 15,
  min: 1,
  max: 6,
  flexibleFrom: 5,
  write: (to, { groups }, version) => {
    to.values(groups, (group) => to.string(group));
    if (version >= 3) to.boolean(false);
  },
  read: (from, version) => {
    from.int32();
    return from.structs(() => {
      const errorCode = from.int16();
      const errorMessage = version >= 6 ? from.nullableString() : null;
      const id = from.string();
      const state = from.string();
      const protocolType = from.string();
      const assignor = from.string();
      const members = from.structs(() => {
        const memberId = from.string();
        const instanceId = version >= 4 ? from.nullableString() : null;
        const clientId = from.string();
        const host = from.string();
        from.bytes();
        const assignment = from.bytes();
        const assigned = protocolType === 'consumer' ? assignedOf(assignment) : [];
        return { id: memberId, instanceId, clientId, host, assigned };
      });
      if (version >= 3) from.int32();
      return { errorCode, errorMessage, id, state, protocolType, assignor, members };
    });
  },
};

/** What the leader of a group of consumers has given to a member: not part of Kafka's protocol but of its clients'. */
const assignedOf = (bytes: Buffer): readonly AssignedTopic[] => {
  if (bytes.length < 6) return [];
  const from = new Decoder(Reader.from(bytes), false);
  from.int16();
  return from.structs(() => ({ topic: from.string(), partitions: from.values(from.int32) }));
};
