import type { ElectionResult } from '@warder/kafka/client/api/elect-leaders';
import { elect } from '../model/image.ts';
import type { Image } from '../model/image.ts';
import { agree, LOST_LEADER } from './agreed.ts';
import type { Asked } from './answer.ts';

type Request = { readonly topics: readonly { readonly name: string; readonly partitions: readonly number[] }[] };

export async function electLeaders(
  asked: Asked,
  _image: Image,
  { topics }: Request,
): Promise<{ readonly errorCode: number; readonly results: readonly ElectionResult[] }> {
  const wanted = topics.flatMap(({ name, partitions }) => partitions.map((partition) => ({ topic: name, partition })));
  let results: readonly ElectionResult[] = [];
  const ok = await agree(asked, (image) => {
    let next = image;
    results = wanted.map(({ topic, partition }) => {
      const [after, errorCode] = elect(next, `${topic}-${partition}`);
      next = after;
      return { topic, partition, errorCode, errorMessage: null };
    });
    return next;
  });
  return ok ? { errorCode: 0, results } : { errorCode: LOST_LEADER, results: [] };
}
