/** Whether the ensemble can do without one of its members. Pure. */
import type { GateAnswer } from '@warder/sdk';
import { stateOf, type Ensemble, type Seen } from './ensemble.ts';

const open = (reason: string): GateAnswer => ({ open: true, reason });

const closed = (reason: string): GateAnswer => ({ open: false, reason });

/** Closed, but the other pending instances may go first. */
const deferred = (reason: string): GateAnswer => ({ open: false, reason, defer: true });

export const majorityOf = (members: number): number => Math.floor(members / 2) + 1;

const texts = (members: readonly Seen[]): string =>
  members.map((each) => `${each.instance} ${stateOf(each)}`).join(', ');

const names = (members: readonly Seen[]): string => members.map(({ instance }) => instance).join(', ');

const split = (
  { members }: Ensemble,
  instance: string,
): { readonly self: Seen | undefined; readonly others: readonly Seen[] } => ({
  self: members.find((each) => each.instance === instance),
  others: members.filter((each) => each.instance !== instance),
});

/** May this member stop? One at a time, and the leader last: then the ensemble elects once, not once for each stop. */
export const stopVerdict = (instance: string, ensemble: Ensemble, pending: readonly string[]): GateAnswer => {
  const { self, others } = split(ensemble, instance);
  if (self === undefined) return open(`${instance} is no member`);
  if (others.length === 0) return open('it is the only member: nothing is served until it is back');
  const size = others.length + 1;
  const needed = majorityOf(size);
  const away = others.filter(({ inSync }) => !inSync);
  const synced = others.length - away.length;
  const waitFor = (text: string): GateAnswer =>
    away.some((each) => pending.includes(each.instance)) ? deferred(text) : closed(text);
  if (!self.inSync) {
    if (synced >= needed) return open(`it ${stateOf(self)}: the others keep the quorum without it`);
    if (others.every(({ report }) => report?.role === undefined))
      return open('nobody serves: stopping it takes nothing away');
    return waitFor(`whether the quorum needs it is not known: it ${stateOf(self)}, ${texts(away)}`);
  }
  if (away.length > 0)
    return waitFor(`${texts(away)}: no other member stops meanwhile; it waits for ${names(away)} to be in sync`);
  const counted = ensemble.leader?.report?.syncedFollowers ?? 0;
  if (counted !== others.length) {
    const told = `${ensemble.leader?.instance} counts ${counted} of ${others.length} followers in sync`;
    return closed(`${told}; it waits for all of them`);
  }
  const behind = others.filter((each) => pending.includes(each.instance));
  if (self.id === ensemble.leader?.id && behind.length > 0)
    return deferred(`it is the leader and goes last, after ${names(behind)}`);
  return open(`${synced} other members serve and are in sync; a quorum takes ${needed} of ${size}`);
};

/** May what this member keeps be destroyed? Others must have it all, and be enough to serve. */
export const replaceVerdict = (instance: string, ensemble: Ensemble): GateAnswer => {
  const { self, others } = split(ensemble, instance);
  if (self === undefined || !self.launched) return open(`${instance} was never started: it keeps nothing`);
  if (others.length === 0) return closed('it is the only member: everything that the ensemble keeps would be lost');
  const needed = majorityOf(others.length + 1);
  const synced = others.filter(({ inSync }) => inSync);
  const sum = `${synced.length} other members are in sync; a quorum takes ${needed} of ${others.length + 1}`;
  if (synced.length >= needed) return open(sum);
  const away = others.filter(({ inSync }) => !inSync);
  return closed(`${sum}, and an empty member must not be one of them: it waits for ${names(away)} (${texts(away)})`);
};

/** Is this member back in the quorum, with everything? */
export const startVerdict = (instance: string, ensemble: Ensemble): GateAnswer => {
  const { self, others } = split(ensemble, instance);
  if (self === undefined) return open(`${instance} is no member`);
  if (!self.inSync) {
    const elsewhere = others.filter(({ inSync }) => !inSync);
    const why = ensemble.leader === undefined && others.length > 0 ? `; nobody leads: ${texts(elsewhere)}` : '';
    return closed(`it ${stateOf(self)}${why}`);
  }
  if (self.id === ensemble.leader?.id)
    return open(others.length === 0 ? 'it serves' : `it leads ${others.length} others`);
  return open(`it follows ${ensemble.leader?.instance} and is in sync`);
};
