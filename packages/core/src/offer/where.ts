/** Whether a new place may be on an agent, as who asked for it has said. */
import type { Where } from '../spec/plan.ts';
import type { Offer } from './offer.ts';
import type { Check } from './outcome.ts';

export const isThere = ({ hostname }: Pick<Offer, 'hostname'>, { on, notOn }: Where): boolean =>
  (on === undefined || hostname === on) && hostname !== notOn;

/** None: it may be anywhere. */
export const checkWhere = (offer: Pick<Offer, 'hostname'>, where: Where): readonly Check[] =>
  where.on === undefined && where.notOn === undefined
    ? []
    : [{ name: 'where', passed: isThere(offer, where), reason: () => `it is to be ${whereText(where)}` }];

/** `on agent-2`, `not on agent-0`; undefined: anywhere. */
export const whereText = ({ on, notOn }: Where): string | undefined => {
  if (on !== undefined) return `on ${on}`;
  return notOn === undefined ? undefined : `not on ${notOn}`;
};
