import type { Reassign, Reassigned } from '@warder/kafka/client/api/alter-partition-reassignments';
import type { Reassignments } from '@warder/kafka/client/api/list-partition-reassignments';
import type { Image } from '../model/image.ts';
import { reassign } from '../model/move.ts';
import { agree, LOST_LEADER } from './agreed.ts';
import type { Asked } from './answer.ts';

type Request = {
  readonly topics: readonly { readonly name: string; readonly partitions: readonly Reassign[] }[];
};

export async function alterReassignments(asked: Asked, _image: Image, { topics }: Request): Promise<Reassigned> {
  let results: Reassigned['results'] = [];
  const wanted = topics.flatMap(({ name, partitions }) => partitions.map((each) => ({ topic: name, ...each })));
  const ok = await agree(asked, (image) => {
    let next = image;
    results = wanted.map(({ topic, index, replicas }) => {
      const [after, errorCode] = reassign(next, `${topic}-${index}`, replicas);
      next = after;
      return { topic, partition: index, errorCode, errorMessage: null };
    });
    return next;
  });
  return { errorCode: ok ? 0 : LOST_LEADER, errorMessage: null, results: ok ? results : [] };
}

/** Brokers pass the question on; nobody answers while nobody leads. */
export function listReassignments({ kafka }: Asked): Reassignments | Promise<Reassignments> {
  const { newest, leads } = kafka.quorum;
  if (newest === undefined || !leads) return new Promise(() => {});
  const moving = [...newest.partitions.values()].filter(
    ({ adding, removing }) => adding.length > 0 || removing.length > 0,
  );
  const reassignments = moving.map(({ topic, index, replicas, adding, removing }) => {
    return { topic, partition: index, replicas, adding, removing };
  });
  return { errorCode: 0, errorMessage: null, reassignments };
}
