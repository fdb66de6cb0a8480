/** What a run costs besides its time: its restarts, and what the package says that these do. */
import type { RestartsCall } from './code/call.ts';
import type { Questions } from './code/questions.ts';
import type { Cost } from './package/roll.ts';

/** Of each roll of the run, added up. */
export async function costOf(rolls: readonly RestartsCall[], questions: Questions): Promise<readonly Cost[]> {
  const restarts = rolls.reduce((sum, roll) => sum + roll.restarts.length, 0);
  const told = await Promise.all(rolls.map((roll) => questions.cost(roll)));
  const byWhat = Map.groupBy(told.flat(), ({ what }) => what);
  const sums = [...byWhat].map(([what, each]) => ({ what, count: each.reduce((sum, { count }) => sum + count, 0) }));
  return restarts === 0 ? sums : [{ what: 'restarts', count: restarts }, ...sums];
}
