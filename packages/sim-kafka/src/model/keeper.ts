import type { Quorum } from './quorum.ts';

/** Who keeps the metadata: controllers with a quorum of their own, or an ensemble of ZooKeeper. */
export type Keeper = Pick<
  Quorum,
  | 'agreed'
  | 'append'
  | 'epoch'
  | 'highWatermark'
  | 'imageOf'
  | 'join'
  | 'leader'
  | 'leads'
  | 'leaves'
  | 'newest'
  | 'sessionMs'
  | 'turn'
  | 'voters'
>;
