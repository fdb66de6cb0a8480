/** An engine of three agents that knows what really lives: what the laws of recovery are checked against. */
import type { Action } from './action.ts';
import type { Event, TaskStatus } from './event.ts';
import type { Offer } from './offer/offer.ts';
import { exampleOffer } from './example.ts';

type EngineTask = { readonly name: string; readonly reservationId: string; status: TaskStatus };

const AGENTS = ['agent-0', 'agent-1', 'agent-2'];

export class ExampleEngine {
  readonly #offers = new Map<string, Offer>(AGENTS.map((id) => [id, exampleOffer(id)]));
  readonly #tasks = new Map<string, EngineTask>();
  /** Places that were given back: nothing may run there. */
  readonly #released = new Set<string>();
  /** Every status ever told: the last one of each task may be told again at any time. */
  readonly #told: TaskStatus[] = [];
  readonly #tell: (event: Event) => void;

  constructor(tell: (event: Event) => void) {
    this.#tell = tell;
  }

  /** Two live tasks with one name, or one in a place that was given back. */
  wrong(): string | undefined {
    const names = new Set<string>();
    for (const { name, reservationId, status } of this.#live()) {
      if (names.has(name)) return `${name} lives twice`;
      names.add(name);
      if (this.#released.has(reservationId)) return `${status.taskId} lives in a place that was given back`;
    }
    return undefined;
  }

  liveNames(): readonly string[] {
    return this.#live().map(({ name }) => name);
  }

  isGone(agentId = ''): boolean {
    return this.#offers.get(agentId)?.state === 'gone';
  }

  #isUp(agentId: string): boolean {
    return this.#offers.get(agentId)?.state === 'up';
  }

  perform(action: Action): void {
    if (action.type === 'launch') this.#launch(action);
    else if (action.type === 'kill') this.#kill(action.taskId, action.agentId);
    else if (action.type === 'release') this.#release(action);
    else if (action.type === 'reconcile') this.#reconcile(action.tasks.map(({ taskId }) => taskId));
  }

  /** Tasks of an agent that is lost go on unseen; what was gone for ever is gone. */
  setAgent(agentId: string, state: Offer['state'], maintenance?: 'cordoned' | 'drained'): void {
    const before = this.#offers.get(agentId)?.state;
    if (before === 'gone') return;
    const offer = exampleOffer(agentId, { state, ...(maintenance === undefined ? {} : { maintenance }) });
    this.#offers.set(agentId, offer);
    const here = [...this.#tasks.values()].filter(({ status }) => status.agentId === agentId);
    for (const task of here)
      if (state === 'gone' && task.status.state === 'RUNNING')
        task.status = { ...task.status, state: 'GONE', ready: false };
    this.#tell({ type: 'offer', offer });
    if (before !== state) for (const { status } of here) this.#say(status.taskId);
  }

  /** After a restart of the server the current offers come first. */
  offerAll(): void {
    for (const offer of this.#offers.values()) this.#tell({ type: 'offer', offer });
  }

  fail(nth: number, state: 'FAILED' | 'LOST'): void {
    const live = this.#live();
    const task = live[nth % Math.max(1, live.length)];
    if (task === undefined) return;
    task.status = { ...task.status, state, ready: false };
    this.#say(task.status.taskId);
  }

  echo(nth: number): void {
    const taskId = this.#told[nth % Math.max(1, this.#told.length)]?.taskId;
    const status = this.#told.findLast((one) => one.taskId === taskId);
    if (status !== undefined) this.#tell({ type: 'status', status });
  }

  #live(): readonly EngineTask[] {
    return [...this.#tasks.values()].filter(({ status }) => status.state === 'RUNNING');
  }

  #say(taskId: string, agentId = ''): void {
    const known = this.#tasks.get(taskId)?.status;
    const lost: TaskStatus = { taskId, agentId, state: 'LOST', ready: false };
    const away = known !== undefined && this.#offers.get(known.agentId)?.state === 'down';
    const status = away ? { ...known, state: 'UNREACHABLE' as const, ready: false } : (known ?? lost);
    this.#told.push(status);
    this.#tell({ type: 'status', status });
  }

  #launch({ operationId, reservation, tasks }: Extract<Action, { type: 'launch' }>): void {
    const ok = this.#isUp(reservation.agentId);
    this.#tell({ type: 'operation', operationId, ok, ...(ok ? {} : { reason: 'the agent is not up' }) });
    if (!ok) return;
    for (const { taskId, spec } of tasks) {
      const status: TaskStatus = { taskId, agentId: reservation.agentId, state: 'RUNNING', ready: true };
      this.#tasks.set(taskId, { name: `${reservation.instance}-${spec.name}`, reservationId: reservation.id, status });
    }
    for (const { taskId } of tasks) this.#say(taskId);
  }

  #kill(taskId: string, agentId: string): void {
    const task = this.#tasks.get(taskId);
    if (task?.status.state === 'RUNNING' && this.#isUp(task.status.agentId))
      task.status = { ...task.status, state: 'KILLED', ready: false };
    this.#say(taskId, agentId);
  }

  #release({ operationId, reservation }: Extract<Action, { type: 'release' }>): void {
    const busy = this.#live().some(({ reservationId }) => reservationId === reservation.id);
    const ok = !busy && this.#offers.get(reservation.agentId)?.state !== 'down';
    if (ok) this.#released.add(reservation.id);
    this.#tell({ type: 'operation', operationId, ok, ...(ok ? {} : { reason: busy ? 'busy' : 'not reachable' }) });
  }

  #reconcile(taskIds: readonly string[]): void {
    for (const id of taskIds) this.#say(id);
    for (const { status } of this.#live())
      if (!taskIds.includes(status.taskId)) this.#kill(status.taskId, status.agentId);
  }
}
