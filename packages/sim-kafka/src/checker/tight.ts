import type { Checker, Truth, Violate } from '@warder/sim/kit';
import type { Kafka } from '../model/kafka.ts';

/** Who has not said that he accepts it begins no upgrade that makes a topic unavailable. */
export function tight({ ledger }: Truth, kafka: Kafka, violate: Violate): Checker {
  return {
    name: 'topics that cannot stay available are named before an upgrade',
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'run' || before !== undefined || after === undefined || !isPlain(after)) continue;
        const image = kafka.quorum.agreed;
        if (image === undefined || ledger.steps(after).every(({ work }) => work.kind !== 'configure')) continue;
        const topics = [...image.partitions.values()].flatMap(({ topic, replicas }) =>
          replicas.length <= kafka.minInSync(image, topic) ? [topic] : [],
        );
        if (topics.length > 0) violate(`${after.id} begins, and ${topics.join(', ')} cannot stay available`);
      }
    },
  };
}

const isPlain = ({
  plan,
  params = {},
}: {
  readonly plan: string;
  readonly params?: Readonly<Record<string, string>>;
}): boolean => plan === 'upgrade' && params['unavailable'] !== 'accept';
