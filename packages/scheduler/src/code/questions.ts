/** Everything that is asked of the code of a service's package: each with its time limit, each answer checked. */
import type { Action, GateAnswer, NewConfig, ProbeAnswer } from '@warder/core';
import { bounded } from '../bounded.ts';
import type { Clock } from '../clock.ts';
import type { Metric } from '../package/metric.ts';
import type { MadeRecipe } from '../package/plan.ts';
import type { Cost } from '../package/roll.ts';
import type { ServiceView } from '../package/view.ts';
import type { Deed, Detection } from '../package/watch.ts';
import type { ProcedureAnswer } from './answer.ts';
import type { Call, RestartsCall } from './call.ts';
import * as checked from './checked.ts';
import type { PackageHost } from './host.ts';

/** What has not answered by then has failed; where it is asked again, that is done later. */
const LOOK_MAX_MS = 10_000;
const PROCEDURE_MAX_MS = 300_000;

type Asked<Type extends Action['type']> = Extract<Action, { type: Type }>;
type GateCall = Omit<Extract<Call, { part: 'gate' }>, 'part' | 'name'>;
type RouteCall = Omit<Extract<Call, { part: 'route' }>, 'part'>;
type Params = Readonly<Record<string, string>>;

export class Questions {
  readonly #host: PackageHost;
  readonly #clock: Clock;
  readonly #view: () => ServiceView | undefined;

  constructor(host: PackageHost, clock: Clock, view: () => ServiceView | undefined) {
    this.#host = host;
    this.#clock = clock;
    this.#view = view;
  }

  /** Open when all are; the first closed one speaks. Whatever goes wrong is a closed gate with the error as its reason. */
  async gates(names: readonly string[], asked: GateCall): Promise<GateAnswer> {
    const answers = await Promise.all(names.map((name) => this.gate(name, asked)));
    const closed = answers.find(({ open }) => !open);
    return closed ?? { open: true, reason: answers.map(({ reason }) => reason).join('; ') };
  }

  async gate(name: string, { instance, moment, pending, together, stepId }: GateCall): Promise<GateAnswer> {
    try {
      return checked.gateAnswer(await this.#look({ part: 'gate', name, instance, moment, pending, together, stepId }));
    } catch (error) {
      return { open: false, reason: `gate ${name} failed: ${textOf(error)}` };
    }
  }

  async probe(action: Asked<'probe'>): Promise<ProbeAnswer> {
    const { probe: name } = action;
    try {
      return checked.probeAnswer(await this.#look({ part: 'probe', name, ...stepCall(action) }));
    } catch (error) {
      return { open: false, reason: `probe ${name} failed: ${textOf(error)}` };
    }
  }

  /** Rejects with what the procedure threw. */
  async procedure(action: Asked<'call'>): Promise<ProcedureAnswer> {
    const call = { part: 'procedure', name: action.procedure, ...stepCall(action) } as const;
    const answer = await this.#within(PROCEDURE_MAX_MS, call);
    return checked.procedureAnswer(answer, this.#service().spec, this.#host.outline);
  }

  /** Why the package refuses a configuration. An error of its code refuses it too. */
  async refusals(from: NewConfig, to: NewConfig): Promise<readonly string[]> {
    if (!this.#host.outline.has.refusals) return [];
    try {
      return checked.sentences(await this.#look({ part: 'refusals', from: configView(from), to: configView(to) }));
    } catch (error) {
      return [`the package could not compare the configurations: ${textOf(error)}`];
    }
  }

  /** What a person should know before these instances restart. */
  async review(asked: RestartsCall): Promise<readonly string[]> {
    if (!this.#host.outline.has.review || asked.restarts.length === 0) return [];
    try {
      return checked.sentences(await this.#look({ part: 'review', ...asked }));
    } catch (error) {
      return [`the package could not review the run: ${textOf(error)}`];
    }
  }

  /** What these restarts and replacements cost besides time; nothing when the package cannot tell. */
  async cost(asked: RestartsCall): Promise<readonly Cost[]> {
    if (!this.#host.outline.has.cost || asked.restarts.length + asked.replaced.length === 0) return [];
    try {
      return checked.costs(await this.#look({ part: 'cost', ...asked }));
    } catch {
      return [];
    }
  }

  /** Which of them may go together. Rejects with what the code threw. */
  async batches(restarts: readonly string[], max: number): Promise<readonly (readonly string[])[]> {
    return checked.batches(await this.#look({ part: 'batches', restarts, max }), restarts, max);
  }

  /** Rejects with what the code threw: a PackageError refuses the start. */
  async plan(name: string, params: Params): Promise<MadeRecipe> {
    const { spec } = this.#service();
    return checked.recipe(await this.#look({ part: 'plan', name, params }), spec, this.#host.outline);
  }

  async planReview(name: string, params: Params): Promise<readonly string[]> {
    try {
      return checked.sentences(await this.#look({ part: 'plan-review', name, params }));
    } catch (error) {
      return [`the package could not review the plan: ${textOf(error)}`];
    }
  }

  /** Empty: it has none. */
  async planReport(name: string, params: Params): Promise<string> {
    try {
      return checked.report(await this.#look({ part: 'plan-report', name, params }));
    } catch (error) {
      return `the package could not report on the plan: ${textOf(error)}`;
    }
  }

  async reaction(name: string): Promise<readonly Deed[]> {
    return checked.deeds(await this.#look({ part: 'reaction', name, nowMs: this.#clock.now() }));
  }

  async detector(name: string): Promise<Detection> {
    return checked.detection(await this.#look({ part: 'detector', name, nowMs: this.#clock.now() }));
  }

  async metrics(): Promise<readonly Metric[]> {
    if (!this.#host.outline.has.metrics) return [];
    return checked.metrics(await this.#look({ part: 'metrics' }));
  }

  /** Without a limit of its own: the API has one for everything that a client waits for. */
  endpoint(name: string, signal: AbortSignal): Promise<unknown> {
    return this.#host.ask({ part: 'endpoint', name }, this.#view(), signal);
  }

  /** The same. */
  route(call: RouteCall, signal: AbortSignal): Promise<unknown> {
    return this.#host.ask({ part: 'route', ...call }, this.#view(), signal);
  }

  #look(call: Call): Promise<unknown> {
    return this.#within(LOOK_MAX_MS, call);
  }

  #within(maxMs: number, call: Call): Promise<unknown> {
    return bounded(this.#clock, maxMs, (signal) => this.#host.ask(call, this.#view(), signal));
  }

  #service(): ServiceView {
    const view = this.#view();
    if (view === undefined) throw new Error('the service has no configuration yet');
    return view;
  }
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const configView = ({ spec, options, version }: NewConfig) => ({ spec, options, version });

const stepCall = ({ instance, args, runId, stepId }: Asked<'probe'> | Asked<'call'>) => ({
  args,
  runId,
  stepId,
  ...(instance === undefined ? {} : { instance }),
});
