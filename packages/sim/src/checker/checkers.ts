import type { Shape } from '../shape/shape.ts';
import type { Checker, Truth } from '../truth.ts';
import { answer } from './answer.ts';
import { down } from './down.ts';
import { gate } from './gate.ts';
import { id } from './id.ts';
import { identity } from './identity.ts';
import { known } from './known.ts';
import { order } from './order.ts';
import { peer } from './peer.ts';
import { volume } from './volume.ts';

/** Every property that holds at every moment. */
export function checkersOf(truth: Truth, shape: Shape, fail: (text: string) => void): readonly Checker[] {
  return [
    identity(truth, fail),
    known(truth, fail),
    volume(truth, fail),
    id(fail),
    answer(truth, fail),
    order(truth, fail),
    down(truth, fail),
    peer(truth, fail),
    ...(shape.gated ? [gate(truth, fail)] : []),
  ];
}
