/** Words of the DC/OS CLI for what has another name here, so that scripts and fingers need not learn it anew. */

/** Stands for the name of the plan that the newest configuration was brought about by. */
export const updatePlan = '<update>';

/** Theirs, and what they are here. The first that fits counts. */
const foreign: readonly (readonly [theirs: string, ours: string])[] = [
  ['plan status', 'plan show'],
  ['plan stop', 'plan cancel'],
  ['plan interrupt', 'plan pause'],
  ['plan continue', 'plan resume'],
  ['plan force-restart', 'plan restart'],
  ['plan force', 'plan force-complete'],
  ['debug config target_id', 'config target-id'],
  ['debug config', 'config'],
  ['debug pod', 'pod'],
  ['debug state framework_id', 'debug state framework-id'],
  ['update status', `plan show ${updatePlan}`],
  ['update pause', `plan pause ${updatePlan}`],
  ['update resume', `plan resume ${updatePlan}`],
  ['update force-complete', `plan force-complete ${updatePlan}`],
  ['update force-restart', `plan restart ${updatePlan}`],
];

/** Ours for the words of a command line; themselves when they are ours already. */
export function toOurWords(words: readonly string[]): readonly string[] {
  for (const [theirs, ours] of foreign) {
    const from = theirs.split(' ');
    if (from.every((word, at) => words[at] === word)) return [...ours.split(' '), ...words.slice(from.length)];
  }
  return words;
}
