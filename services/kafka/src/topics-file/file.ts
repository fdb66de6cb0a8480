/** Reading `topics.yml`. Apart from the rest, which needs no reader of YAML. */
import { PackageError } from '@warder/sdk';
import {
  formatProblem,
  object,
  optional,
  readText,
  record,
  required,
  suggest,
  text,
  wholeNumber,
  type Problem,
  type ReadText,
} from '@warder/sdk/file';
import type { Declared, Wrong } from './diff.ts';

/** Larger files are refused: they are kept with the run. */
const bytesMax = 262_144;

const topicsMax = 2000;

const shape = object({
  topics: required(
    record(
      object({
        partitions: optional(wholeNumber({ min: 1, max: 10_000 }), 'how many; only ever more'),
        replication: optional(wholeNumber({ min: 1, max: 100 }), 'copies of each'),
        configs: optional(record(text(), { what: 'setting' }), 'all settings of its own; absent: those it has'),
      }),
      { what: 'topic' },
    ),
    'the topics, by name',
  ),
});

export type TopicsFile = {
  readonly topics: readonly Declared[];
  /** Why it cannot be applied, each at its place in the file. */
  readonly refusal: (wrong: readonly Wrong[]) => PackageError;
};

/** Throws a PackageError with all that is wrong. */
export const readTopics = (content: string, file: string): TopicsFile => {
  if (Buffer.byteLength(content) > bytesMax) throw wrongFile(`${file} has more than ${bytesMax} bytes: split it`);
  const read = readText(shape, content, file);
  if ('problems' in read) throw wrongFile(listed(`${file} is wrong, nothing was changed`, read.problems));
  if (read.value.topics.size > topicsMax) throw wrongFile(`${file} has more than ${topicsMax} topics: split it`);
  const topics = [...read.value.topics].map(([name, { partitions, replication, configs }]): Declared => ({
    name,
    ...(partitions === undefined ? {} : { partitions }),
    ...(replication === undefined ? {} : { replication }),
    ...(configs === undefined ? {} : { configs: Object.fromEntries(configs) }),
  }));
  const named = topics.flatMap(({ name }) => nameProblem(name));
  if (named.length > 0) throw wrongFile(listed(`${file} is wrong, nothing was changed`, placed(read, named)));
  return {
    topics,
    refusal: (wrong) => {
      const message = listed(`${file} cannot be applied, nothing was changed`, placed(read, wrong));
      return new PackageError('topics-refused', message, 409);
    },
  };
};

const nameProblem = (name: string): readonly Wrong[] => {
  const path = [name];
  if (!/^[A-Za-z0-9._-]{1,249}$/.test(name) || name === '.' || name === '..') {
    return [{ path, message: 'this cannot name a topic', next: 'use up to 249 letters, digits, dots, _ and -' }];
  }
  return name.startsWith('__') ? [{ path, message: 'it belongs to Kafka itself', next: 'leave it out' }] : [];
};

const placed = (read: ReadText<unknown>, wrong: readonly Wrong[]): readonly Problem[] =>
  wrong
    .map(({ path, message, next, known }) =>
      read.problemAt(['topics', ...path], {
        code: known === undefined ? 'conflict' : 'unknown-key',
        message,
        next: known === undefined ? next : suggest(path.at(-1) ?? '', known),
      }),
    )
    .toSorted((a, b) => (a.where?.line ?? 0) - (b.where?.line ?? 0));

const listed = (what: string, problems: readonly Problem[]): string =>
  [`${what}:`, ...problems.flatMap((problem) => formatProblem(problem).split('\n'))].join('\n  ');

const wrongFile = (message: string): PackageError => new PackageError('topics-file', message);
