/** One service: what is asked of it, and what there is to see. The work is done by its loop. */
import { preview } from '@warder/core';
import type { Answer, Evaluation, NewConfig, No, Request, Roll, StartRequest, State } from '@warder/core';
import type { Engine, EngineSession } from '@warder/engine';
import type { Change, Store } from '@warder/store';
import type { Clock } from './clock.ts';
import type { Call } from './code/call.ts';
import type { PackageHost } from './code/host.ts';
import { dryRun, packageRefusals } from './dry-run.ts';
import type { DryRun } from './dry-run.ts';
import { openLoop } from './loop.ts';
import { recipeNow, withRecipe } from './made-plan.ts';
import type { ConfigOf } from './staged.ts';
import { rollOf } from './roll.ts';
import type { RollWish } from './roll.ts';
import type { Metric } from './package/metric.ts';
import type { ServiceView } from './package/view.ts';
import type { CertificateMaker, SecretReader } from './secret.ts';
import type { DetectorView } from './watch/detector.ts';
import type { ReactionView } from './watch/reaction.ts';
import { Watches } from './watch/watches.ts';

export type SchedulerOptions = {
  readonly name: string;
  readonly store: Store;
  readonly engine: Engine;
  /** The code of the service's package. Not closed with the scheduler: services may share it. */
  readonly host: PackageHost;
  readonly clock: Clock;
  readonly log: Log;
  /** The secrets that it may read. Absent: there are none. */
  readonly secrets?: SecretReader;
  /** Absent: nothing that needs transport encryption can be launched. */
  readonly certificates?: CertificateMaker;
  /** What a change of the configuration comes to. Absent: the package's plans cannot change it. */
  readonly configOf?: ConfigOf;
  /** Needed only for a service that the store does not know yet. */
  readonly create?: { readonly packageName: string; readonly uid: string };
};

/** A constant message and fields, as pino takes them. */
export type Log = {
  readonly debug: (fields: object, message: string) => void;
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

export type Scheduler = {
  readonly name: string;
  /** What is known now; to be read only. */
  readonly state: State;
  readonly session: EngineSession;
  /** The package's code; `outline` says what it has. */
  readonly host: PackageHost;
  /** Resolves when the request was decided and is in the store. */
  readonly request: (by: string, request: Request) => Promise<Answer>;
  /** What the request would do, or why it would be refused. Changes nothing. */
  readonly dryRun: (by: string, request: StartRequest) => Promise<DryRun | No>;
  /** How an update is to be rolled, for its request or its dry run; or why it cannot be. Changes nothing. */
  readonly roll: (config: NewConfig, wish: RollWish) => Promise<Roll | No>;
  /** What an endpoint of the package answers. Rejects with what its code threw. */
  readonly endpoint: (name: string, signal: AbortSignal) => Promise<unknown>;
  /** What a route of the package answers. Rejects with what its code threw. */
  readonly route: (call: Omit<Extract<Call, { part: 'route' }>, 'part'>, signal: AbortSignal) => Promise<unknown>;
  /** What the scheduler has done since it began. */
  readonly counts: () => readonly Metric[];
  /** What the application says of itself. Rejects with what the package's code threw. */
  readonly metrics: () => Promise<readonly Metric[]>;
  /** What the package does by itself, what it saw last, and what it did. */
  readonly reactions: () => readonly ReactionView[];
  readonly detectors: () => readonly DetectorView[];
  /** Undefined while it has no configuration. */
  readonly view: () => ServiceView | undefined;
  readonly evaluations: () => readonly Evaluation[];
  /** Why nothing can be decided now (the store takes no writes), if so. */
  readonly trouble: () => string | undefined;
  /** Every committed change, in order. The returned function ends it. */
  readonly onChange: (listener: (changes: readonly Change[]) => void) => () => void;
  /** Resolves when the service is uninstalled, or the scheduler closed. */
  readonly ended: Promise<'uninstalled' | 'closed'>;
  /** Tasks go on. */
  readonly close: () => Promise<void>;
};

export async function openScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const loop = await openLoop(options);
  const { host, clock } = options;
  const { state, session, questions, memory } = loop;
  const { outline } = host;
  const making = { state, outline, questions, configOf: options.configOf };
  const request = async (by: string, asked: Request): Promise<Answer> => {
    // A restart waits at its gates; a replace destroys data, so who asks is told at once.
    if (asked.type === 'pod-replace' && !asked.force && state.instances.has(asked.instance)) {
      const closed = await closedGates(asked.instance);
      if (closed.length > 0) return refuse(asked.instance, closed);
    }
    // The core knows better why there is no way back than the package, which only sees an older configuration.
    const back = asked.type === 'plan-rollback' ? preview(state, by, asked, clock.now()) : undefined;
    if (back !== undefined && 'ok' in back) return back;
    const ready = await withRecipe(asked, making);
    if ('ok' in ready) return ready;
    const refused = await packageRefusals(state, ready, questions);
    if (refused.length > 0) {
      const message = `the new configuration is refused: ${refused.join('; ')}`;
      return { ok: false, code: 'config-refused', message, detail: refused };
    }
    return loop.request(by, ready);
  };
  const closedGates = async (name: string): Promise<readonly string[]> => {
    const instance = state.instances.get(name);
    const pod = state.configs.get(instance?.configId ?? '')?.spec.pods.find((other) => other.name === instance?.pod);
    const asked = { stepId: '', instance: name, moment: 'replace' as const, pending: [], together: [] };
    const { replace = [] } = pod?.gates ?? {};
    const answers = await Promise.all(replace.map((gate) => questions.gate(gate, asked)));
    return answers.flatMap((answer) => (answer.open ? [] : [answer.reason]));
  };
  const recipeOf = (plan: string, params: Readonly<Record<string, string>>) => recipeNow(plan, params, making);
  const watches = new Watches({ outline, questions, clock, memory, state, recipeOf, ask: request });
  loop.onChange(() => watches.changed());
  void loop.ended.then(() => watches.close());
  return {
    name: options.name,
    state,
    session,
    host,
    request,
    dryRun: (by, asked) => dryRun(making, by, asked, clock),
    roll: (config, wish) => rollOf(state, config, wish, host.outline, questions, clock.now()),
    endpoint: (name, signal) => questions.endpoint(name, signal),
    route: (call, signal) => questions.route(call, signal),
    counts: () => loop.meter.metrics(),
    metrics: () => questions.metrics(),
    reactions: () => watches.reactions(),
    detectors: () => watches.detectors(),
    view: loop.view,
    evaluations: () => state.evaluations,
    trouble: loop.trouble,
    onChange: loop.onChange,
    ended: loop.ended,
    close: async () => {
      watches.close();
      await loop.close();
    },
  };
}

function refuse(instance: string, closed: readonly string[]): Answer {
  const message = `${instance} is not replaced: ${closed.join('; ')}`;
  return { ok: false, code: 'gate-closed', message, detail: closed };
}
