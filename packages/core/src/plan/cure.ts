/** Who fails with an older configuration may live with the one that is wanted: what a person can do, where nobody brings it. */
import type { Context } from '../context.ts';
import type { LaunchWork } from '../record/step.ts';
import { isWanted } from './want.ts';

export function cureOf(context: Context, { instance, configId }: LaunchWork): readonly string[] {
  const { service, index, steps } = context.state;
  const wanted = service?.targetConfigId ?? configId;
  if (wanted === configId || !isWanted(context, instance)) return [];
  const isBringing = (id: string): boolean => {
    const work = steps.get(id)?.work;
    return work?.kind === 'launch' && work.configId === wanted;
  };
  if ([...(index.claims.get(instance) ?? [])].some(isBringing)) return [];
  return [`it has ${configId}, and ${wanted} is wanted: start the plan update to bring it`];
}
