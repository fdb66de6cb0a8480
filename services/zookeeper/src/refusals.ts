/** What may not change while the ensemble lives. */
import type { ConfigDifference } from '@warder/sdk';
import { readOptions } from './options.ts';

export const refusals = ({ from, to }: Pick<ConfigDifference, 'from' | 'to'>): readonly string[] => {
  const [before, after] = [readOptions(from.options).servers.count, readOptions(to.options).servers.count];
  if (before === after) return [];
  // While such a change rolled, some members would count a majority of the old number and some of the new: two
  // leaders at a time, or new and empty members that outvote those with the data.
  const how = 'install another ensemble with that many, and move its clients there';
  return [`servers.count cannot change (${before} -> ${after}): two majorities could decide at the same time; ${how}`];
};
