/** The store's records of one service, as they were committed. */
import { hasInstance } from '@warder/core';
import type { Change, StoredRecord } from '@warder/store';
import type { ConfigRecord, InstanceRecord, RunRecord, ServiceRecord, StepRecord, TaskRecord } from '@warder/core';
import type { Shape } from './shape/shape.ts';
import { placeOf } from './written.ts';
import type { Kind, Written } from './written.ts';

type Values = {
  service: ServiceRecord;
  config: ConfigRecord;
  instance: InstanceRecord;
  task: TaskRecord;
  run: RunRecord;
  step: StepRecord;
  watch: unknown;
};

export class Ledger {
  readonly prefix: string;
  readonly #records: { readonly [Name in Kind]: Map<string, Values[Name]> } = {
    service: new Map(),
    config: new Map(),
    instance: new Map(),
    task: new Map(),
    run: new Map(),
    step: new Map(),
    watch: new Map(),
  };

  constructor(service: string) {
    this.prefix = `service/${encodeURIComponent(service)}/`;
  }

  /** What these changes would make of it. Throws for a record that no version of Warder has written. */
  read(changes: readonly Change[]): readonly Written[] {
    return changes.map(({ path, value }) => {
      const [kind, id] = placeOf(path.slice(this.prefix.length));
      const map = this.#records[kind as Kind] as Map<string, unknown> | undefined;
      if (map === undefined) throw new Error(`the scheduler wrote a record of an unknown kind: ${path}`);
      return { kind, id, before: map.get(id), after: value } as Written;
    });
  }

  apply(written: readonly Written[]): void {
    for (const { kind, id, after } of written) {
      const map = this.#records[kind] as Map<string, unknown>;
      if (after === undefined) map.delete(id);
      else map.set(id, after);
    }
  }

  /** From now on the scheduler's objects are those that it has just read. True when they say what was committed. */
  adopt(records: readonly StoredRecord[]): boolean {
    const written = this.read(records);
    this.apply(written);
    return (
      records.length === this.size &&
      written.every(({ before, after }) => before === after || JSON.stringify(before) === JSON.stringify(after))
    );
  }

  get size(): number {
    let size = 0;
    for (const kind in this.#records) size += this.#records[kind as Kind].size;
    return size;
  }

  /** Every record of the core, as a store would load it. */
  entries(): readonly { readonly path: string; readonly value: unknown }[] {
    const { watch: _watch, ...records } = this.#records;
    return Object.entries(records).flatMap(([kind, map]) =>
      [...map].map(([id, value]) => ({ path: id === '' ? kind : `${kind}/${id}`, value })),
    );
  }

  /** What the last configuration wants. */
  target(): Shape | undefined {
    return this.shape(this.service()?.targetConfigId ?? '');
  }

  /** Whether the last configuration has the instance. */
  wants(instance: string): boolean {
    const at = instance.lastIndexOf('-');
    const pods = this.config(this.service()?.targetConfigId ?? '')?.spec.pods ?? [];
    const pod = pods.find(({ name }) => name === instance.slice(0, at));
    return hasInstance(pod, Number(instance.slice(at + 1)));
  }

  shape(configId: string): Shape | undefined {
    return this.config(configId)?.options as Shape | undefined;
  }

  service(): ServiceRecord | undefined {
    return this.#records.service.get('');
  }

  config(id: string): ConfigRecord | undefined {
    return this.#records.config.get(id);
  }

  configs(): readonly ConfigRecord[] {
    return [...this.#records.config.values()];
  }

  instance(name: string): InstanceRecord | undefined {
    return this.#records.instance.get(name);
  }

  instances(): readonly InstanceRecord[] {
    return [...this.#records.instance.values()];
  }

  task(instance: string, name: string): TaskRecord | undefined {
    return this.#records.task.get(`${instance}/${name}`);
  }

  tasks(): readonly TaskRecord[] {
    return [...this.#records.task.values()];
  }

  run(id: string): RunRecord | undefined {
    return this.#records.run.get(id);
  }

  runs(): readonly RunRecord[] {
    return [...this.#records.run.values()];
  }

  step(id: string): StepRecord | undefined {
    return this.#records.step.get(id);
  }

  steps(run: RunRecord): readonly StepRecord[] {
    const steps: StepRecord[] = [];
    for (const { stepIds } of run.phases) {
      for (const id of stepIds) {
        const step = this.#records.step.get(id);
        if (step !== undefined) steps.push(step);
      }
    }
    return steps;
  }
}
