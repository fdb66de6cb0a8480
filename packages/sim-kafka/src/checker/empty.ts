/** What a broker has goes with it only when somebody says so: a decommission takes an empty one. */
import type { Checker, Truth, Violate } from '@warder/sim/kit';
import { nameOf } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';

export function empty({ ledger }: Truth, kafka: Kafka, violate: Violate): Checker {
  return {
    name: 'a broker that goes for good has nothing',
    releasing: ({ instance }, why) => {
      if (why !== 'asked' || !instance.startsWith('broker-') || ledger.service()?.uninstalling === true) return;
      const works = ledger.runs().flatMap((run) => (run.ended === undefined ? ledger.steps(run) : []));
      const isReplaced = works.some(({ work }) => work.kind === 'launch' && work.instance === instance && work.replace);
      if (isReplaced) return;
      const id = Number(instance.slice(instance.lastIndexOf('-') + 1));
      const has = [...(kafka.quorum.newest?.partitions.values() ?? [])].filter(({ replicas }) => replicas.includes(id));
      if (has.length > 0) violate(`${instance} is given back with ${has.map(nameOf).join(', ')}`);
    },
  };
}
