/** What it takes that brokers go: looked at now, or as it was shown a while ago. */
import { PackageError, type MadePlanContext, type ServiceView } from '@warder/sdk';
import { brokers } from '../cluster/member.ts';
import { readView } from '../cluster/view.ts';
import { lookAgain, lookAt, type Found } from '../rebalance/look.ts';
import { withCluster } from '../route/ask.ts';
import { leaveProblems } from './problems.ts';
import type { Pace } from './wish.ts';

type Asked = { readonly service: ServiceView; readonly signal: AbortSignal };

/** Moves everything away from them. `fresh`: not as a dry run has found it a moment ago. */
export const lookAtLeave = async (
  { service, signal }: Asked,
  ids: readonly number[],
  pace: Pace,
  fresh: boolean,
): Promise<{ readonly problems: readonly string[]; readonly found?: Found }> => {
  const view = await withCluster({ service, signal }, ({ client }) => readView(client, brokers(service), signal));
  const problems = leaveProblems(service, view, ids);
  try {
    const found = await (fresh ? lookAt : lookAgain)(emptying({ service, signal }, ids, pace));
    return { problems: [...new Set([...problems, ...found.problems])], found };
  } catch (error) {
    if (!(error instanceof PackageError) || error.code !== 'rebalance-refused') throw error;
    const why = error.message.replace(/^.* cannot be rebalanced so: /, '').split('; ');
    return { problems: [...new Set([...problems, ...why])] };
  }
};

const emptying = ({ service, signal }: Asked, ids: readonly number[], pace: Pace): MadePlanContext => ({
  service,
  signal,
  params: { ...pace, empty: ids.join(',') },
});
