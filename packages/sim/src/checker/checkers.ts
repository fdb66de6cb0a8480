import type { Shape } from '../shape/shape.ts';
import type { Checker, Truth, Violate } from '../truth.ts';
import { answer } from './answer.ts';
import { backoff } from './backoff.ts';
import { bounded } from './bounded.ts';
import { cleanup } from './cleanup.ts';
import { config } from './config.ts';
import { down } from './down.ts';
import { dry } from './dry.ts';
import { gate } from './gate.ts';
import { goal } from './goal.ts';
import { id } from './id.ts';
import { identity } from './identity.ts';
import { known } from './known.ts';
import { order } from './order.ts';
import { pause } from './pause.ts';
import { peer } from './peer.ts';
import { person } from './person.ts';
import { place } from './place.ts';
import { replacement } from './replacement.ts';
import { soak } from './soak.ts';
import { volume } from './volume.ts';
import { work } from './work.ts';

/** For services of every shape. */
export const always: readonly ((truth: Truth, violate: Violate) => Checker)[] = [
  identity,
  known,
  volume,
  id,
  answer,
  order,
  down,
  peer,
  person,
  backoff,
  config,
  cleanup,
  work,
  pause,
  soak,
  goal,
  dry,
  place,
  replacement,
  bounded,
];

/** Every property that holds at every moment. */
export const checkersOf = (truth: Truth, shape: Shape, fail: (text: string) => void): readonly Checker[] =>
  [...always, ...(shape.gated ? [gate] : [])].map((checker) => checker(truth, fail));
