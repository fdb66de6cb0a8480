/** What becomes of the instances of an agent when it is lost, is back, is drained, is given back, or is gone for ever. */
import type { Context } from '../context.ts';
import type { Offer } from '../offer/offer.ts';
import type { InstanceRecord } from '../record/instance.ts';
import { isEnded } from '../task/state.ts';
import { onStatus } from '../task/status.ts';
import { putInstance } from '../write.ts';
import type { State } from '../state.ts';
import { stopStep } from './draft.ts';
import { byName } from './draft-configure.ts';
import { releaseOwed } from './owed.ts';
import { endRun } from './end-run.ts';
import { startRun } from './run.ts';

/** The agent is not what it was. `before` is unknown after a restart of the server. */
export function onAgentChange(context: Context, before: Offer | undefined, offer: Offer): void {
  const { state } = context;
  const here = instancesOn(state, offer.agentId);
  if (offer.state === 'gone') for (const instance of here) endAll(context, instance, offer);
  // Bringing it back in place could not be tried while nobody was there: the policy counts from now.
  if (offer.state === 'up' && before?.state === 'down') for (const { name } of here) beginAnew(context, name);
  if (offer.state === 'up' || offer.state === 'gone') releaseOwed(context, offer.agentId);
  if (offer.maintenance === 'drained') drain(context, offer, here);
  else endDrain(context, offer);
  for (const { name } of here) {
    context.agenda.add(`instance:${name}`);
    for (const stepId of state.index.claims.get(name) ?? []) context.agenda.add(`step:${stepId}`);
  }
}

const instancesOn = ({ index, instances }: State, agentId: string): readonly InstanceRecord[] =>
  [...index.placed.values()]
    .flatMap((agents) => [...(agents.get(agentId) ?? [])].flatMap((name) => instances.get(name) ?? []))
    .toSorted(byName);

/** Whatever the engine says of each, or does not. */
function endAll(context: Context, { name }: InstanceRecord, { agentId, hostname }: Offer): void {
  for (const { id: taskId, state } of context.state.tasks.get(name)?.values() ?? []) {
    if (isEnded(state)) continue;
    onStatus(context, { taskId, agentId, state: 'GONE', ready: false, message: `${hostname} is gone for ever` });
  }
}

function beginAnew(context: Context, name: string): void {
  const instance = context.state.instances.get(name);
  if (instance?.downSinceMs === undefined) return;
  const { downSinceMs: _downSinceMs, ...rest } = instance;
  putInstance(context, rest);
}

const keyOf = ({ agentId }: Offer): string => `${agentId} is drained`;

function* drainsOf({ state }: Context, offer: Offer) {
  for (const id of state.index.activeRuns) {
    const run = state.runs.get(id);
    if (run?.plan === 'drain' && run.cause.key === keyOf(offer)) yield run;
  }
}

/** One instance after the other, through its gates; each keeps its place and waits for the agent to be given back. */
function drain(context: Context, offer: Offer, here: readonly InstanceRecord[]): void {
  const { state } = context;
  if (state.service === undefined || state.service.uninstalling) return;
  for (const _ of drainsOf(context, offer)) return;
  const live = here.filter(({ name }) =>
    [...(state.tasks.get(name)?.values() ?? [])].some((one) => !isEnded(one.state)),
  );
  if (live.length === 0) return;
  const { hostname } = offer;
  startRun(context, {
    plan: 'drain',
    cause: { by: 'warder', text: `${hostname} is drained by its operator`, diff: [], key: keyOf(offer) },
    configId: state.service.targetConfigId,
    strategy: 'serial',
    phases: [
      { name: hostname, strategy: 'serial', steps: live.map(({ name }) => stopStep(name, { gates: ['stop'] })) },
    ],
  });
}

function endDrain(context: Context, offer: Offer): void {
  for (const run of drainsOf(context, offer)) endRun(context, run, 'SUPERSEDED', 'warder');
}
