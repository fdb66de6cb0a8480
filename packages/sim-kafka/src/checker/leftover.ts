import type { RunRecord } from '@warder/core';
import type { Checker, Truth, Violate } from '@warder/sim/kit';
import { nameOf } from '../model/image.ts';
import type { Image, Settings } from '../model/image.ts';
import type { Kafka } from '../model/kafka.ts';

/** However a run ends that moves something, at that moment nothing of it is left; unless a person would not wait. */
export function leftover({ ledger }: Truth, kafka: Kafka, violate: Violate): Checker {
  const cleans = ({ phases }: RunRecord): boolean => phases.some(({ cleanup }) => cleanup === true);
  return {
    name: 'runs that end leave nothing behind',
    committed: (written) => {
      for (const { kind, before, after } of written) {
        if (kind !== 'run' || after?.ended === undefined || before?.ended !== undefined || !cleans(after)) continue;
        const others = ledger.runs().some((run) => run.id !== after.id && run.ended === undefined && cleans(run));
        const image = kafka.quorum.newest;
        if (others || image === undefined || after.leftBehind !== undefined) continue;
        for (const text of leftovers(image)) violate(`${after.id} (${after.plan}) ends ${after.ended.how}: ${text}`);
      }
    },
  };
}

/** What moves need only while they are made: nothing of it is there when no run is. */
export function leftovers({ partitions, topics, settings }: Image): readonly string[] {
  const moving = [...partitions.values()].filter(({ adding, removing }) => adding.length > 0 || removing.length > 0);
  return [
    ...moving.map((partition) => `${nameOf(partition)} is still being moved`),
    ...[...topics].flatMap(([name, topic]) => temporary(topic.settings).map((key) => `topic ${name} still has ${key}`)),
    ...[...settings].flatMap(([id, own]) => temporary(own).map((key) => `broker ${id} still has ${key}`)),
  ];
}

const temporary = (settings: Settings): readonly string[] =>
  [...settings.keys()].filter((key) => /throttled|cordoned|io\.max\.bytes/.test(key));
