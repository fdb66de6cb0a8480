/** The stages of a plan that goes through several configurations: what each of them would do to what the one before left. */
import { diff } from '../change/diff.ts';
import { liveChanges, restartDiff } from '../change/restart.ts';
import { refusals } from '../change/validate.ts';
import type { FieldDiff } from '../record/run.ts';
import { instancesOf } from '../spec/instance.ts';
import type { ConfigContents } from '../spec/plan.ts';
import type { PodSpec } from '../spec/pod.ts';
import type { State } from '../state.ts';
import { recipeOf } from './recipe.ts';
import type { RunDraft } from './run.ts';

export type Stage = {
  /** The name of its step. */
  readonly step: string;
  /** Of options and versions, against the stage before it. */
  readonly diff: readonly FieldDiff[];
  readonly restarts: readonly { readonly instance: string; readonly diff: readonly FieldDiff[] }[];
  /** Instances that are changed while they run. */
  readonly live: readonly string[];
  /** Why it cannot become the target. */
  readonly refusals: readonly string[];
};

/** What each instance runs with; absent: it is not there yet. */
type Running = Map<string, PodSpec>;

/** In the order of the draft, which is the order in which they are brought. */
export function stagesOf(state: State, { phases }: Pick<RunDraft, 'phases'>): readonly Stage[] {
  let from: ConfigContents | undefined = state.configs.get(state.service?.targetConfigId ?? '');
  const running: Running = new Map();
  for (const { name, pod: podName, configId } of state.instances.values()) {
    const pod = state.configs.get(configId)?.spec.pods.find((each) => each.name === podName);
    if (pod !== undefined) running.set(name, pod);
  }
  const stages: Stage[] = [];
  for (const { name, work } of phases.flatMap(({ steps }) => steps)) {
    if (work.kind !== 'configure' || from === undefined) continue;
    stages.push({ step: name, ...stageOf(state, from, work.config, running) });
    from = work.config;
  }
  return stages;
}

/** What a person reads first of two configurations. */
export const fieldsOf = ({
  options,
  version,
  packageVersion,
}: Pick<ConfigContents, 'options' | 'version' | 'packageVersion'>): unknown => ({ options, version, packageVersion });

/** Those that its update leaves out run on with what they have. */
function stageOf(state: State, from: ConfigContents, to: ConfigContents, running: Running): Omit<Stage, 'step'> {
  const rolled = new Set(recipeOf(to.spec, 'update')?.phases.flatMap(({ pod }) => pod ?? []));
  const instances = to.spec.pods
    .filter(({ name }) => rolled.has(name))
    .flatMap((pod) => instancesOf(pod).map((index) => instanceOf(state, `${pod.name}-${index}`, running, pod)));
  return {
    diff: diff(fieldsOf(from), fieldsOf(to)),
    restarts: instances.filter((each) => each.diff.length > 0),
    live: instances.filter((each) => each.diff.length === 0 && each.live).map(({ instance }) => instance),
    refusals: refusals(from.spec, to.spec, state.features),
  };
}

function instanceOf({ instances }: State, instance: string, running: Running, to: PodSpec) {
  const from = running.get(instance);
  running.set(instance, to);
  if (from === undefined) return { instance, diff: [{ path: instance, to: 'new' }], live: false };
  const { reservation } = instances.get(instance) ?? {};
  return { instance, diff: restartDiff(from, to, reservation), live: liveChanges(from, to).length > 0 };
}
