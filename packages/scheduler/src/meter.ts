/** What a scheduler has done since it began, counted. */
import type { Action, Decision, Event } from '@warder/core';
import type { Metric } from './package/metric.ts';

/** Counts by one label, in the order in which its values came. */
type Counts = Map<string, number>;

export class Meter {
  readonly #events: Counts = new Map();
  readonly #statuses: Counts = new Map();
  readonly #requests: Counts = new Map();
  readonly #actions: Counts = new Map();
  #records = 0;
  #decideMs = 0;
  #slowestMs = 0;

  /** `tookMs`: how long the decision took. */
  decided(event: Event, { changes, actions }: Decision, tookMs: number): void {
    add(this.#events, event.type);
    if (event.type === 'status') add(this.#statuses, event.status.state);
    if (event.type === 'request') add(this.#requests, event.request.type);
    for (const action of actions) add(this.#actions, action.type, tasksIn(action));
    this.#records += changes.size;
    this.#decideMs += tookMs;
    this.#slowestMs = Math.max(this.#slowestMs, tookMs);
  }

  metrics(): readonly Metric[] {
    return [
      ...labelled('warder_events_total', 'What the scheduler was told', 'type', this.#events),
      ...labelled('warder_task_statuses_total', 'What engines said of tasks', 'state', this.#statuses),
      ...labelled('warder_requests_total', 'What people and programs asked', 'type', this.#requests),
      ...labelled('warder_actions_total', 'What the scheduler wanted done; launches by task', 'type', this.#actions),
      counter('warder_records_written_total', 'Records that were changed or deleted', this.#records),
      counter('warder_decide_seconds_total', 'Time that decisions took', this.#decideMs / 1000),
      {
        name: 'warder_decide_seconds_max',
        help: 'The slowest decision since the server began',
        type: 'gauge',
        value: this.#slowestMs / 1000,
      },
    ];
  }
}

const tasksIn = (action: Action): number => (action.type === 'launch' ? action.tasks.length : 1);

function add(counts: Counts, key: string, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

const counter = (name: string, help: string, value: number): Metric => ({ name, help, type: 'counter', value });

const labelled = (name: string, help: string, label: string, counts: Counts): readonly Metric[] =>
  [...counts].map(([key, value]) => ({ ...counter(name, help, value), labels: { [label]: key } }));
