/** Doing the steps of plans of the package as the scheduler does: one after the other, each until it succeeds. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MadeRecipe, MadeStep } from '@warder/sdk';
import code from '../src/index.ts';
import type { LocalCluster } from './local-cluster.ts';

const signal = (): AbortSignal => AbortSignal.timeout(60_000);

export const makePlan = async (
  cluster: Pick<LocalCluster, 'view'>,
  name: string,
  params: Readonly<Record<string, string>> = {},
): Promise<{ readonly recipe: MadeRecipe; readonly review: readonly string[]; readonly report: string }> => {
  const plan = code.plans?.[name];
  if (plan === undefined) throw new Error(`no plan ${name}`);
  const context = { service: cluster.view(), params, signal: signal() };
  const recipe = await plan.make(context);
  return {
    recipe,
    review: (await plan.review?.(context)) ?? [],
    report: (await plan.report?.(context)) ?? '',
  };
};

/** What a `call` answers. Rejects as it does. */
export const callStep = async (
  cluster: Pick<LocalCluster, 'view'>,
  step: MadeStep,
  runId = 'run-1',
): Promise<unknown> => {
  if (step.kind !== 'call') throw new Error(`${step.kind} is no call`);
  const procedure = code.procedures?.[step.procedure];
  if (procedure === undefined) throw new Error(`no procedure ${step.procedure}`);
  const addPhases = (): void => {
    throw new Error('it adds phases');
  };
  const context = { service: cluster.view(), args: step.args, runId, stepId: `${runId}.${step.name}` };
  return procedure({ ...context, signal: signal(), addPhases });
};

/** The reasons of a `wait`, until it is open. */
export const waitStep = async (
  cluster: Pick<LocalCluster, 'view'>,
  step: MadeStep,
  options: { readonly runId?: string; readonly withinMs?: number; readonly enough?: (reason: string) => boolean } = {},
): Promise<readonly string[]> => {
  if (step.kind !== 'wait') throw new Error(`${step.kind} is no wait`);
  const { runId = 'run-1', withinMs = 60_000, enough = () => false } = options;
  const probe = code.probes?.[step.probe];
  if (probe === undefined) throw new Error(`no probe ${step.probe}`);
  const reasons: string[] = [];
  const deadline = Date.now() + withinMs;
  // Batches of one run have steps of their own, and what was seen of one says nothing of another.
  const stepId = `${runId}.${step.name}.${JSON.stringify(step.args).length}`;
  for (;;) {
    const context = { service: cluster.view(), args: step.args, runId, stepId, signal: signal() };
    // As in a run: one that fails says why, and is asked again.
    const { open, reason } = await probe(context).catch((error: unknown) => ({ open: false, reason: String(error) }));
    reasons.push(reason);
    if (open || enough(reason)) return reasons;
    if (Date.now() > deadline) throw new Error(`after ${withinMs} ms still: ${reasons.at(-1)}`);
    await sleep(500);
  }
};

/** Every step of these phases; what each answered. */
export const doSteps = async (
  cluster: Pick<LocalCluster, 'view'>,
  { phases }: Pick<MadeRecipe, 'phases'>,
  runId = 'run-1',
): Promise<readonly unknown[]> => {
  const answers: unknown[] = [];
  for (const step of phases.flatMap(({ steps = [] }) => steps))
    answers.push(
      step.kind === 'wait' ? (await waitStep(cluster, step, { runId })).at(-1) : await callStep(cluster, step, runId),
    );
  return answers;
};
