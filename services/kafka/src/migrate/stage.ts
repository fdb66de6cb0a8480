/** The stages between ZooKeeper and controllers of their own, and which may follow which. */
import type { KafkaOptions, Migration } from '../options.ts';

/** `done`: the metadata is with controllers of the cluster's own, for good. */
export type Stage = Migration | 'done';

export const stageOf = ({ metadata, migration }: Pick<KafkaOptions, 'metadata' | 'migration'>): Stage =>
  metadata === 'kraft' ? 'done' : migration;

/** Each step of the way, and of the way back. */
const next: Readonly<Record<Stage, readonly Stage[]>> = {
  none: ['controllers'],
  controllers: ['brokers', 'leaving'],
  brokers: ['kraft', 'leaving'],
  kraft: ['done', 'returning'],
  returning: ['kraft', 'leaving'],
  leaving: ['none'],
  done: [],
};

export const mayFollow = (from: Stage, to: Stage): boolean => from === to || next[from].includes(to);

/** Neither before its beginning nor after its end. */
export const isUnderWay = (stage: Stage): boolean => stage !== 'none' && stage !== 'done';
