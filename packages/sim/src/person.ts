/** Somebody who asks for things at any time, wisely or not; and who does what the service asks for once all is calm. */
import { instancesOf } from '@warder/core';
import type { PlanPart, PlanSpec, Request, RunRecord, StartRequest } from '@warder/core';
import type { Tenant } from './cluster/tenant.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { CUSTOM_PLANS } from './shape/plan.ts';
import { changeShape } from './shape/shape.ts';
import type { Shape } from './shape/shape.ts';
import { configOf } from './shape/spec.ts';
import { isBegun } from './truth.ts';

export type Scene = {
  readonly random: Random;
  readonly ledger: Ledger;
  /** What is wanted now. */
  readonly shape: Shape;
};

/** By any of these names, or by the id of a run. */
const plans = ['deploy', 'update', 'recovery', 'restart', 'replace', ...CUSTOM_PLANS] as const;

/** How often each kind is asked for. */
const wishes: readonly (readonly [weight: number, kind: (scene: Scene) => Request | undefined])[] = [
  [7, ({ random, shape }) => configure({ ...changeShape(random, shape), bad: random.chance(0.1) })],
  [6, podWish],
  [1, ({ random, ledger }) => rollback(random, ledger)],
  [3, planStart],
  [9, planWish],
];

export function wish(scene: Scene): Request | undefined {
  const sum = wishes.reduce((all, [weight]) => all + weight, 0);
  let at = scene.random.between(0, sum - 1);
  for (const [weight, kind] of wishes) {
    if (at < weight) return kind(scene);
    at -= weight;
  }
  return undefined;
}

export const configure = (shape: Shape): Request => ({ type: 'configure', config: configOf(shape) });

function podWish({ random, ledger, shape }: Scene): Request | undefined {
  const instances = ledger.instances();
  if (instances.length === 0) return undefined;
  const { name: instance, pod, paused } = random.pick(instances);
  const force = random.chance(0.3);
  const kind = random.between(0, paused === undefined ? 6 : 8);
  if (kind < 3) return { type: 'pod-restart', instance, force };
  if (kind < 5) return { type: 'pod-replace', instance, force };
  const some = pod === 'node' && random.chance(0.4) ? [shape.sidecar ? 'sidecar' : 'server'] : [];
  return kind < 7 ? { type: 'pod-pause', instance, tasks: some, force } : { type: 'pod-resume', instance, tasks: some };
}

const rollback = (random: Random, ledger: Ledger): StartRequest | undefined =>
  random.chance(0.5)
    ? { type: 'plan-rollback', plan: 'update' }
    : { type: 'config-rollback', configId: random.pick(ledger.configs()).id };

function planStart({ random, shape }: Scene): StartRequest {
  const params = random.chance(0.3) ? { params: { MODE: String(random.between(1, 2)) } } : {};
  // An occasion that may come twice.
  const key = random.chance(0.2) ? { key: `occasion-${random.between(1, 3)}` } : {};
  if (random.chance(0.3))
    return { type: 'plan-start', plan: 'made', recipe: recipeOf(random, shape), ...params, ...key };
  return { type: 'plan-start', plan: random.pick(['deploy', ...CUSTOM_PLANS]), ...params, ...key };
}

/** As code would make one for this very start. */
function recipeOf(random: Random, { nodes, retired, sidecar }: Shape): PlanSpec {
  const index = random.pick(instancesOf({ count: nodes, retired }));
  const tasks = ['server', ...(sidecar ? ['sidecar'] : [])];
  return {
    name: 'made',
    strategy: 'dependency',
    phases: [
      {
        name: 'roll',
        pod: 'node',
        strategy: random.pick(['serial', 'parallel', 'parallel-canary']),
        after: ['first'],
        steps: [
          { kind: 'stop', index },
          { kind: 'launch', index, tasks },
          { kind: 'call', name: 'note', procedure: 'note' },
        ],
      },
      { name: 'first', strategy: 'serial', steps: [{ kind: 'call', name: 'note', procedure: 'note' }] },
    ],
  };
}

function planWish(scene: Scene): Request | undefined {
  const { random, ledger } = scene;
  const runs = ledger.runs().filter((run) => run.ended === undefined);
  if (runs.length === 0) return undefined;
  const run = random.pick(runs);
  const part = partOf(scene, random.chance(0.2) ? random.pick(plans) : run.id);
  switch (random.between(0, 11)) {
    case 0:
    case 1:
      return { type: 'plan-pause', ...part };
    case 2:
    case 3:
      return { type: 'plan-resume', ...part };
    case 4:
    case 5:
      return { type: 'plan-resume', plan: run.id, phase: run.phases.length === 0 ? '' : random.pick(run.phases).name };
    case 6:
    case 7:
      return { type: 'plan-approve', ...part };
    case 8:
    case 9:
      return { type: 'plan-restart', ...part };
    case 10:
      return { type: 'plan-force-complete', ...part };
    default:
      return { type: 'plan-cancel', plan: part.plan };
  }
}

function partOf({ random, ledger }: Scene, plan: string): PlanPart {
  const run = ledger.run(plan);
  const phase = run === undefined || run.phases.length === 0 ? undefined : random.pick(run.phases);
  if (phase === undefined || random.chance(0.5)) return { plan };
  const steps = phase.stepIds.flatMap((id) => ledger.step(id) ?? []);
  if (steps.length === 0 || random.chance(0.5)) return { plan, phase: phase.name };
  return { plan, phase: phase.name, step: random.pick(steps).id };
}

/** What a person must do before everything can complete: let go on what waits for one, replace what is lost for ever. */
export function help({ tenant, ledger }: { readonly tenant: Tenant; readonly ledger: Ledger }): readonly Request[] {
  const runs = ledger.runs().filter((run) => run.ended === undefined);
  return [
    ...runs.flatMap((run) => helpRun(ledger, run)),
    ...ledger.instances().flatMap(({ name, paused, reservation }): readonly Request[] => {
      if (paused !== undefined) return [{ type: 'pod-resume', instance: name, tasks: [] }];
      const isLost = tenant.agents.get(reservation?.agentId ?? '')?.state === 'gone';
      return isLost && !runs.some((run) => isLeaving(ledger, run, name))
        ? [{ type: 'pod-replace', instance: name, force: true }]
        : [];
    }),
  ];
}

function helpRun(ledger: Ledger, run: RunRecord): readonly Request[] {
  const requests: Request[] = [];
  const plan = run.id;
  if (run.paused !== undefined) requests.push({ type: 'plan-resume', plan });
  for (const [at, phase] of run.phases.entries()) {
    if (run.ending !== undefined && phase.cleanup !== true) continue;
    const part = { plan, phase: `${plan}.${phase.number ?? at}` };
    const steps = phase.stepIds.flatMap((id) => ledger.step(id) ?? []).filter(({ status }) => status === 'WAITING');
    const isCanary = steps.some(({ reason }) => reason?.text.includes('for a person to resume the phase') === true);
    if (phase.paused !== undefined || isCanary) requests.push({ type: 'plan-resume', ...part });
    if (steps.some(({ work }) => work.kind === 'approve')) {
      requests.push({ type: 'plan-approve', ...part });
    }
  }
  return requests;
}

/** The run gives back the place that the instance has now, and is at it: what only waits for it may wait for ever. */
const isLeaving = (ledger: Ledger, run: RunRecord, instance: string): boolean =>
  ledger.steps(run).some(({ work, status, released }) => {
    if (!isBegun(status) || !('instance' in work) || work.instance !== instance) return false;
    return work.kind === 'launch' ? work.replace && released !== true : work.kind === 'release' || work.kind === 'stop';
  });
