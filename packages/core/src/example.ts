/** A small service and a hand to play the engine's part: what the tests of the core share. */
import { createService, decide } from './decide.ts';
import type { Action, Answer } from './action.ts';
import type { Event } from './event.ts';
import type { NewConfig } from './request/configure.ts';
import type { Offer } from './offer/offer.ts';
import { withoutPorts } from './offer/port.ts';
import { portsOf } from './plan/peer.ts';
import type { RunRecord } from './record/run.ts';
import type { StepRecord } from './record/step.ts';
import type { TaskRecord } from './record/task.ts';
import type { Request } from './request.ts';
import type { PlanSpec } from './spec/plan.ts';
import type { PodSpec } from './spec/pod.ts';
import type { ResourceSet } from './spec/resource.ts';
import type { TaskSpec } from './spec/task.ts';
import { restore } from './restore.ts';
import { emptyState } from './state.ts';
import type { State } from './state.ts';
import { isEnded } from './task/state.ts';

export const exampleSet = (change: Partial<ResourceSet> = {}): ResourceSet => ({
  name: 'main',
  cpus: 0.5,
  memoryMiB: 256,
  ports: [{ name: 'client', port: 0, advertise: true }],
  volumes: [{ path: 'data', type: 'ROOT', sizeMiB: 100 }],
  ...change,
});

export const exampleTask = (change: Partial<TaskSpec> = {}): TaskSpec => ({
  name: 'server',
  goal: 'RUNNING',
  essential: true,
  cmd: 'serve',
  env: {},
  configs: [],
  resourceSet: 'main',
  killGraceMs: 5_000,
  labels: {},
  ...change,
});

export const examplePod = (change: Partial<PodSpec> = {}): PodSpec => ({
  name: 'node',
  count: 3,
  allowDecommission: false,
  uris: [],
  rlimits: [],
  gates: { stop: [], replace: [], start: [] },
  resourceSets: [exampleSet()],
  tasks: [exampleTask()],
  ...change,
});

export function exampleConfig(
  pods: readonly PodSpec[] = [examplePod()],
  options: Record<string, unknown> = {},
): NewConfig {
  return {
    spec: { name: 'example', user: 'nobody', pods, plans: [] },
    given: options,
    options,
    packageVersion: '1.0.0',
    version: '1.0.0',
  };
}

/** The same with plans of its own. */
export const withPlans = (config: NewConfig, ...plans: readonly PlanSpec[]): NewConfig => ({
  ...config,
  spec: { ...config.spec, plans },
});

export const exampleOffer = (agentId: string, change: Partial<Offer> = {}): Offer => ({
  agentId,
  hostname: agentId,
  address: '127.0.0.1',
  attributes: {},
  state: 'up',
  cpus: 8,
  memoryMiB: 8_192,
  diskMiB: 100_000,
  ports: [{ begin: 31_000, end: 31_999 }],
  ...change,
});

/** Plays the engine: what is launched runs and is ready, what is killed ends, unless the test says otherwise. */
export class Play {
  state: State = emptyState();
  nowMs = 1_000_000;
  /** Every action ever handed out. */
  readonly actions: Action[] = [];
  /** Actions that were not performed yet. */
  readonly open: Action[] = [];
  /** Tasks that the engine was told to launch. */
  readonly #heard = new Set<string>();
  #requests = 0;

  constructor() {
    createService(this.state, { name: 'example', uid: '0'.repeat(32), packageName: 'example' }, this.nowMs);
    for (const id of ['agent-0', 'agent-1', 'agent-2']) this.tell({ type: 'offer', offer: exampleOffer(id) });
  }

  tell(event: Event): void {
    this.nowMs += 1;
    const { actions } = decide(this.state, event, this.nowMs);
    this.actions.push(...actions);
    this.open.push(...actions.filter(({ type }) => type !== 'answer'));
  }

  ask(request: Request): Answer {
    this.#requests += 1;
    const requestId = `request-${this.#requests}`;
    this.tell({ type: 'request', requestId, by: 'tester', request });
    const found = this.actions.find((action) => action.type === 'answer' && action.requestId === requestId);
    if (found?.type !== 'answer') throw new Error('the request was not answered');
    return found.answer;
  }

  /** Perform what was handed out, until nothing is left; `stays` names kinds of actions that nobody performs. */
  settle(...stays: readonly Action['type'][]): void {
    for (let rounds = 0; rounds < 1_000; rounds += 1) {
      const at = this.open.findIndex(({ type }) => !stays.includes(type));
      const [action] = at === -1 ? [] : this.open.splice(at, 1);
      if (action === undefined) return;
      this.perform(action);
    }
    throw new Error('it does not come to rest');
  }

  perform(action: Action): void {
    switch (action.type) {
      case 'launch':
        if (this.state.offers.get(action.reservation.agentId)?.state !== 'up') {
          this.tell({ type: 'operation', operationId: action.operationId, ok: false, reason: 'it is not up' });
          break;
        }
        this.tell({ type: 'operation', operationId: action.operationId, ok: true });
        for (const { taskId } of action.tasks) this.#heard.add(taskId);
        for (const { taskId } of action.tasks) this.status(taskId, 'RUNNING');
        break;
      case 'kill':
        // What cannot be reached does not hear it.
        if (this.state.offers.get(action.agentId)?.state !== 'down') this.status(action.taskId, 'KILLED');
        break;
      case 'release':
        this.tell({ type: 'operation', operationId: action.operationId, ok: true });
        this.tell({ type: 'offer', offer: this.#freeOn(action.reservation.agentId) });
        break;
      case 'ask':
        this.tell({
          type: 'gate',
          stepId: action.stepId,
          moment: action.moment,
          answer: { open: true, reason: 'fine' },
        });
        break;
      case 'probe':
        this.tell({ type: 'probe', stepId: action.stepId, answer: { open: true, reason: 'fine' } });
        break;
      case 'call':
        this.tell({ type: 'result', stepId: action.stepId, result: { ok: true, value: null } });
        break;
      case 'reconcile':
        for (const { taskId, agentId } of action.tasks) {
          if (this.#heard.has(taskId)) continue;
          this.tell({ type: 'status', status: { taskId, agentId, state: 'LOST', ready: false } });
        }
        break;
      case 'answer':
      case 'forget':
        break;
      default:
        action satisfies never;
    }
  }

  #freeOn(agentId: string): Offer {
    const held = [...this.state.instances.values()].filter(({ reservation }) => reservation?.agentId === agentId);
    const ports = held.flatMap((instance) => Object.values(portsOf(instance)));
    const { state = 'up', maintenance } = this.state.offers.get(agentId) ?? {};
    const all = exampleOffer(agentId, { state, ...(maintenance === undefined ? {} : { maintenance }) });
    return { ...all, ports: withoutPorts(all.ports, ports) };
  }

  /** What becomes of an agent; a lost one says nothing of its tasks. */
  agent(agentId: string, change: Partial<Offer>): void {
    const { maintenance: _maintenance, ...offer } = this.#freeOn(agentId);
    this.tell({ type: 'offer', offer: { ...offer, ...change } });
    if (change.state !== 'down' && change.state !== 'up') return;
    for (const { id, agentId: on, state } of [...this.state.tasks.values()].flatMap((tasks) => [...tasks.values()])) {
      if (on !== agentId || isEnded(state)) continue;
      if (change.state === 'up') this.status(id, 'RUNNING');
      else this.tell({ type: 'status', status: { taskId: id, agentId, state: 'UNREACHABLE', ready: false } });
    }
  }

  agentOf(instance: string): string {
    return this.state.instances.get(instance)?.reservation?.agentId ?? '';
  }

  /** The server dies, with all that was handed out and not performed, and another one takes up what the store has. */
  restart(): void {
    const { state } = this;
    const records = [
      { path: 'service', value: state.service },
      ...[...state.configs].map(([id, value]) => ({ path: `config/${id}`, value })),
      ...[...state.instances].map(([id, value]) => ({ path: `instance/${id}`, value })),
      ...[...state.tasks.values()].flatMap((tasks) =>
        [...tasks.values()].map((value) => ({ path: `task/${value.instance}/${value.name}`, value })),
      ),
      ...[...state.runs].map(([id, value]) => ({ path: `run/${id}`, value })),
      ...[...state.steps].map(([id, value]) => ({ path: `step/${id}`, value })),
    ];
    this.open.length = 0;
    this.state = restore(structuredClone(records));
    for (const offer of state.offers.values()) this.tell({ type: 'offer', offer });
    this.tell({ type: 'started' });
  }

  status(taskId: string, state: 'RUNNING' | 'KILLED' | 'FAILED' | 'FINISHED', ready = state === 'RUNNING'): void {
    this.tell({ type: 'status', status: { taskId, agentId: 'agent-0', state, ready } });
  }

  wait(ms: number): void {
    this.nowMs += ms;
    this.tell({ type: 'tick' });
  }

  task(instance: string, name = 'server'): TaskRecord {
    const task = this.state.tasks.get(instance)?.get(name);
    if (task === undefined) throw new Error(`there is no task ${instance}-${name}`);
    return task;
  }

  /** The newest run of a plan. */
  run(plan: string): RunRecord {
    const run = [...this.state.runs.values()].findLast((other) => other.plan === plan);
    if (run === undefined) throw new Error(`plan ${plan} has never run`);
    return run;
  }

  /** Steps of the newest run of a plan. */
  steps(plan: string): readonly StepRecord[] {
    const run = [...this.state.runs.values()].findLast((other) => other.plan === plan);
    return run?.phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => this.state.steps.get(id) ?? [])) ?? [];
  }

  /** `launch node-0`, `kill node-1-server`, ... of everything handed out so far. */
  story(from = 0): readonly string[] {
    return this.actions.slice(from).flatMap((action) => {
      if (action.type === 'launch') return [`launch ${action.reservation.instance}`];
      if (action.type === 'kill') return [`kill ${action.taskId.split('__')[1]}`];
      if (action.type === 'release') return [`release ${action.reservation.instance}`];
      if (action.type === 'call') return [`call ${action.procedure} ${action.instance}`];
      return [];
    });
  }
}
