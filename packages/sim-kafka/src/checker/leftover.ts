import { nameOf } from '../model/image.ts';
import type { Image, Settings } from '../model/image.ts';

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
