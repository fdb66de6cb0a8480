/** Bugs to plant, one at a time, in the package: a checker that never complains proves nothing. */
import type { Mutant } from '@warder/sim/kit';

const kafka = '../services/kafka/src';

export const mutants: readonly Mutant[] = [
  {
    name: 'a broker may always be stopped',
    file: `${kafka}/gate/stop-safe.ts`,
    find: 'return (leaves ? leavingAnswer : byRole)(context, client, signal);',
    replace: "return leaves && !leaves ? byRole(context, client, signal) : open('why not');",
  },
  {
    name: 'features are finalised before the approval',
    file: `${kafka}/upgrade/steps.ts`,
    find: 'raise(client, service, wishOf(args), true, signal)',
    replace: 'raise(client, service, wishOf(args), false, signal)',
  },
  {
    name: 'an older version may come after the features of a newer one',
    file: `${kafka}/upgrade/release.ts`,
    find: 'if (unreadable.length === 0) return [];',
    replace: 'if (unreadable.length >= 0) return tooOld;',
  },
  {
    name: 'the quorum of the controllers is ignored',
    file: `${kafka}/cluster/quorum.ts`,
    find: 'if (others.length < needed) {',
    replace: 'if (others.length < 0) {',
  },
  {
    name: 'new binaries on ZooKeeper speak as they like',
    file: `${kafka}/upgrade/zookeeper/plan.ts`,
    find: '  ...pinPhase(due),',
    replace: '',
  },
  {
    name: 'the migration ends before the approval',
    file: `${kafka}/migrate/plan.ts`,
    find: "...(stage === 'done' ? [] : [approve(door)])",
    replace: '...(door === "" ? [approve(door)] : [])',
  },
  {
    name: 'what is being moved goes on when the rebalance is cancelled',
    file: `${kafka}/move/steps.ts`,
    find: 'const givenUp = await cancelMoves(cluster, moves);',
    replace: 'const givenUp = 0;',
  },
  {
    name: 'the throttle of a rebalance stays',
    file: `${kafka}/move/steps.ts`,
    find: 'await clearThrottle(cluster, moves);',
    replace: '{ foreign: [], away: [] };',
  },
  {
    name: 'nobody looks whether a broker is empty before it goes',
    file: `${kafka}/gate/replace-safe.ts`,
    find: 'if (why === undefined) return open(`nothing is',
    replace: 'if (why !== "") return open(`nothing is',
  },
  {
    name: 'the cordon of a broker that stays is not taken away',
    file: `${kafka}/decommission/steps.ts`,
    find: 'const taken = await takeCordon(cluster, id);',
    replace: 'const taken = false;',
  },
  {
    name: 'batches are made as if brokers shared no partition',
    file: `${kafka}/cluster/batch.ts`,
    find: '  if (batch.some((other) => graph.enemies.get(id)?.has(other) === true)) return false;\n  const partitions = graph.partitionsOf.get(id) ?? [];',
    replace: '  const partitions: readonly Partition[] = [];',
  },
  {
    name: 'a canary is well whatever is seen of it',
    file: `${kafka}/roll/canary.ts`,
    find: 'if (trouble !== undefined) return trouble;',
    replace: "if (trouble !== undefined) return open('why not');",
  },
];
