/** What still ends, though nobody waits for it any more: the gates of others may still see it alive. */
import type { Context } from '../context.ts';
import { podNameOf } from './up-to-date.ts';

/** Gates hold its stop back. */
export function isProtected({ state }: Context, instance: string): boolean {
  const config = state.configs.get(state.instances.get(instance)?.configId ?? '');
  const pod = config?.spec.pods.find(({ name }) => name === podNameOf(instance));
  return pod !== undefined && pod.gates.stop.length > 0;
}

/** A task of another instance that gates protect, told to end by a run that is over. */
export function endingBeside(context: Context, instance: string): string | undefined {
  const { told, taskById, owner } = context.state.index;
  for (const id of told) {
    const place = taskById.get(id);
    if (place === undefined || place.instance === instance || owner.has(place.instance)) continue;
    if (isProtected(context, place.instance)) return `${place.instance}-${place.name}`;
  }
  return undefined;
}
