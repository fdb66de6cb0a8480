/** Somebody who asks for things at any time, wisely or not; and who does what the service asks for once all is calm. */
import type { PlanPart, Request } from '@warder/core';
import type { Tenant } from './cluster/tenant.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { changeShape, configOf } from './shape.ts';
import type { Shape } from './shape.ts';

export type Scene = {
  readonly random: Random;
  readonly ledger: Ledger;
  /** What is wanted now. */
  readonly shape: Shape;
};

const plans = ['deploy', 'update', 'recovery', 'restart', 'replace'] as const;

export function wish(scene: Scene): Request | undefined {
  const { random, ledger } = scene;
  const instances = ledger.instances().map(({ name }) => name);
  const kind = random.between(0, 19);
  if (kind < 7) {
    const shape = { ...changeShape(random, scene.shape), bad: random.chance(0.1) };
    return { type: 'configure', config: configOf(shape) };
  }
  if (kind < 12 && instances.length > 0) {
    const instance = random.pick(instances);
    const type = kind < 10 ? 'pod-restart' : 'pod-replace';
    return { type, instance, force: random.chance(0.3) };
  }
  const runs = ledger.runs().filter((run) => run.ended === undefined);
  if (runs.length === 0) return kind === 12 ? { type: 'plan-start', plan: 'deploy' } : undefined;
  const run = random.pick(runs);
  const part = partOf(scene, random.chance(0.3) ? random.pick(plans) : run.id);
  switch (kind) {
    case 12:
      return { type: 'plan-start', plan: run.plan };
    case 13:
    case 14:
      return { type: 'plan-pause', ...part };
    case 15:
    case 16:
      return { type: 'plan-resume', ...part };
    case 17:
      return { type: 'plan-restart', ...part };
    case 18:
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

/** What a person must do before everything can complete: go on with what is paused, replace what is lost for ever. */
export function help({ tenant, ledger }: { readonly tenant: Tenant; readonly ledger: Ledger }): readonly Request[] {
  const requests: Request[] = [];
  const runs = ledger.runs().filter((run) => run.ended === undefined);
  for (const run of runs) {
    if (run.paused !== undefined) requests.push({ type: 'plan-resume', plan: run.id });
    for (const [at, phase] of run.phases.entries()) {
      if (phase.paused !== undefined) requests.push({ type: 'plan-resume', plan: run.id, phase: `${run.id}.${at}` });
    }
  }
  for (const { name, reservation } of ledger.instances()) {
    if (tenant.agents.get(reservation?.agentId ?? '')?.state !== 'gone') continue;
    const handled = runs.some((run) =>
      ledger.steps(run).some(({ work, status, released }) => {
        if (status === 'COMPLETE' || !('instance' in work) || work.instance !== name) return false;
        return work.kind === 'launch' ? work.replace && !released : work.kind !== 'call' && status !== 'PENDING';
      }),
    );
    if (!handled) requests.push({ type: 'pod-replace', instance: name, force: true });
  }
  return requests;
}
