/** Secrets that a pod names: what cannot be given to its tasks is waited for, before anything of it is stopped. */
import type { Context } from '../context.ts';
import type { PodSpec } from '../spec/pod.ts';

/** What there is has changed: whoever may go now goes. */
export function onSecrets(context: Context, paths: readonly string[]): void {
  const { state } = context;
  state.secrets = new Set(paths);
  for (const runId of state.index.activeRuns) context.agenda.add(`run:${runId}`);
}

/** Which secrets of the pod are not there and what to do about it; undefined where all are, or it is not known yet. */
export function lackOfSecrets(context: Context, pod: PodSpec): string | undefined {
  const { secrets } = context.state;
  if (secrets === undefined) return undefined;
  const missing = [...new Set(pod.secrets?.map(({ secret }) => secret))].filter((path) => !secrets.has(path));
  const [first] = missing;
  if (first === undefined) return undefined;
  const what = missing.length === 1 ? `the secret ${first} is` : `the secrets ${missing.join(', ')} are`;
  return `${what} missing: ${missing.map((path) => `warder secret put ${path}`).join('; ')}`;
}
