/** The plan that spreads partitions over brokers: which moves, in which batches, how fast. */
import { PackageError, phase, type MadePlan, type Procedure } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { checkStep, type CheckArgs } from '../move/phases.ts';
import { moveProblems } from '../move/problems.ts';
import { argsOf } from '../move/steps.ts';
import { withCluster } from '../route/ask.ts';
import { lookAgain, lookAt } from './look.ts';
import { reportOf, reviewOf } from './report.ts';
import { askedParams } from './wish.ts';

export const rebalancePlan: MadePlan = {
  summary: 'moves partitions so that brokers are loaded alike, batch after batch',
  params: askedParams,
  make: async (context) => {
    const { look, problems } = await lookAt(context);
    const { asked, phases } = look;
    if (problems.length > 0) {
      const message = `${context.service.name} cannot be rebalanced now: ${problems.join('; ')}`;
      throw new PackageError('rebalance-refused', message, 409);
    }
    if (phases.length === 0) {
      const left = look.proposal.goals.flatMap((each) => each.left);
      const why = left.length === 0 ? 'every broker is within its bands' : left.join('; ');
      throw new PackageError('already', `nothing is to be moved: ${why}`, 409);
    }
    const leaving = asked.wish.kind === 'empty' ? asked.wish.brokers : [];
    return {
      strategy: 'serial',
      phases: [phase('pre-flight', {}, checkStep(leaving, look)), ...phases],
    };
  },
  review: async (context) => reviewOf(await lookAgain(context)),
  report: async (context) => reportOf((await lookAgain(context)).look),
};

/** The world may have changed since the plan was made. */
const checkMoves: Procedure = ({ service, args, signal }) =>
  withCluster({ service, signal }, async (cluster) => {
    const { leaving, own } = args as CheckArgs;
    const view = await readView(cluster.client, brokers(service), signal);
    const problems = await moveProblems(cluster, service, { ...view, leaving }, argsOf(own));
    if (problems.length > 0) throw new Error(`nothing was changed: ${problems.join('; ')}`);
    return { well: true };
  });

export const rebalanceProcedures: Readonly<Record<string, Procedure>> = { 'check-moves': checkMoves };
