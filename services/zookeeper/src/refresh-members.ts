/** After a replace: members that still look for the replaced one where it was are restarted, one after the other. */
import { launch, phase, stop, type Procedure, type ServiceView } from '@warder/sdk';
import { fourLetters } from './four-letters.ts';
import { addressOf } from './member.ts';
import { parseMembers } from './report.ts';

/**
 * A member reads where the others are when it starts. One that knows an old place could not follow the replaced member
 * if that were elected, so it is not left at that. The restarts wait at the same gates as all others.
 */
export const refreshMembers: Procedure = async ({ service, signal, addPhases }) => {
  const right = placesOf(service);
  const running = service.instances.filter(({ tasks }) => tasks.some(({ state }) => state === 'RUNNING'));
  const told = await Promise.all(
    running.map(async (instance) => {
      const address = addressOf(instance, 'client');
      const known = address && parseMembers(await fourLetters(address, 'conf', signal));
      if (known === undefined)
        throw new Error(`${instance.name} is in no quorum yet, so it does not tell whom it knows`);
      return { instance, known };
    }),
  );
  const stale = told.filter(({ known }) => [...right].some(([id, place]) => known.get(id) !== place));
  const steps = stale.flatMap(({ instance: { index } }) => [
    { ...stop(), index },
    { ...launch('server'), index },
  ]);
  if (steps.length > 0) addPhases([phase('refresh', { pod: 'server' }, ...steps)]);
  return { restarted: stale.map(({ instance }) => instance.name) };
};

/** As `conf` writes them: `host:quorum:election`. An ensemble of one has none. */
const placesOf = ({ instances }: ServiceView): ReadonlyMap<number, string> => {
  if (instances.length === 1) return new Map();
  return new Map(
    instances.map(({ index, address, ports }) => [index + 1, `${address}:${ports['quorum']}:${ports['election']}`]),
  );
};
