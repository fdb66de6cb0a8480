/** Secrets that a pod names: what cannot be given to its tasks is waited for, before anything of it is stopped. */
import type { Context } from '../context.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { ServiceSpec } from '../spec/service.ts';
import type { State } from '../state.ts';
import { mayRead, secretPathFault, secretsOf } from '../spec/secret.ts';

/** What there is has changed: whoever may go now goes. */
export function onSecrets(context: Context, paths: readonly string[]): void {
  const { state } = context;
  state.secrets = new Set(paths);
  for (const runId of state.index.activeRuns) context.agenda.add(`run:${runId}`);
}

/** Which secrets of the pod are not there and what to do about it; undefined where all are, or it is not known yet. */
export const lackOfSecrets = ({ state }: Context, pod: PodSpec): string | undefined => lackIn(state, [pod]);

/** The same of a whole spec, before it is the target. */
export function secretWarnings(state: State, { pods }: ServiceSpec): readonly string[] {
  const lack = lackIn(state, pods);
  return lack === undefined ? [] : [lack];
}

/** Secrets that no value could ever be given for. */
export const secretRefusals = (spec: ServiceSpec): readonly string[] =>
  secretsOf(spec).flatMap((path) => {
    const fault = secretPathFault(path);
    if (fault !== undefined) return [`${path} cannot be the path of a secret: ${fault}`];
    if (mayRead(spec.name, path)) return [];
    const folder = path.slice(0, path.lastIndexOf('/'));
    return [
      `${spec.name} may not read the secret ${path}: it is for ${folder} and services below it; put it elsewhere`,
    ];
  });

function lackIn({ secrets }: State, pods: readonly PodSpec[]): string | undefined {
  if (secrets === undefined) return undefined;
  const missing = secretsOf({ pods }).filter((path) => !secrets.has(path));
  const [first] = missing;
  if (first === undefined) return undefined;
  const what = missing.length === 1 ? `the secret ${first} is` : `the secrets ${missing.join(', ')} are`;
  return `${what} missing: ${missing.map((path) => `warder secret put ${path}`).join('; ')}`;
}
