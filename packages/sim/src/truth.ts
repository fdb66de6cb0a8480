/** What checkers look at: the cluster as it is and the store as it is. Never the core's own state. */
import type { Change } from '@warder/store';
import type {
  ConfigRecord,
  InstanceRecord,
  Reservation,
  RunRecord,
  ServiceRecord,
  StepRecord,
  TaskRecord,
} from '@warder/core';
import type { Launch } from '@warder/engine';
import type { Cluster } from './cluster/cluster.ts';
import type { SimTask } from './cluster/task.ts';
import type { GateRecord } from './package-code.ts';
import { SERVICE } from './shape.ts';
import type { Shape } from './shape.ts';

export const PREFIX = `service/${SERVICE}/`;

/** The store's records, as they were committed. */
export class Ledger {
  readonly #records = new Map<string, unknown>();

  apply(changes: readonly Change[]): void {
    for (const { path, value } of changes) {
      if (value === undefined) this.#records.delete(path);
      else this.#records.set(path, value);
    }
  }

  get size(): number {
    return this.#records.size;
  }

  /** What the last configuration wants. */
  target(): Shape | undefined {
    return this.shape(this.service()?.targetConfigId ?? '');
  }

  shape(configId: string): Shape | undefined {
    const config = this.#records.get(`${PREFIX}config/${configId}`);
    return (config as ConfigRecord | undefined)?.options as Shape | undefined;
  }

  service(): ServiceRecord | undefined {
    return this.#records.get(`${PREFIX}service`) as ServiceRecord | undefined;
  }

  instance(name: string): InstanceRecord | undefined {
    return this.#records.get(`${PREFIX}instance/${name}`) as InstanceRecord | undefined;
  }

  instances(): readonly InstanceRecord[] {
    return this.#under('instance/') as readonly InstanceRecord[];
  }

  task(instance: string, name: string): TaskRecord | undefined {
    return this.#records.get(`${PREFIX}task/${instance}/${name}`) as TaskRecord | undefined;
  }

  run(id: string): RunRecord | undefined {
    return this.#records.get(`${PREFIX}run/${id}`) as RunRecord | undefined;
  }

  runs(): readonly RunRecord[] {
    return this.#under('run/') as readonly RunRecord[];
  }

  step(id: string): StepRecord | undefined {
    return this.#records.get(`${PREFIX}step/${id}`) as StepRecord | undefined;
  }

  steps(run: RunRecord): readonly StepRecord[] {
    return run.phases.flatMap(({ stepIds }) => stepIds.flatMap((id) => this.step(id) ?? []));
  }

  #under(kind: string): readonly unknown[] {
    const found: unknown[] = [];
    for (const [path, value] of this.#records) if (path.startsWith(PREFIX + kind)) found.push(value);
    return found;
  }
}

export type Truth = {
  readonly cluster: Cluster;
  readonly ledger: Ledger;
  readonly nowMs: () => number;
};

/** One property. Every function is told before what it is told of has its effect. */
export type Checker = {
  /** The property, in words. */
  readonly name: string;
  /** The ledger is still as before. */
  readonly committing?: (changes: readonly Change[]) => void;
  /** The ledger has them. */
  readonly committed?: (changes: readonly Change[]) => void;
  readonly launching?: (launch: Launch) => void;
  readonly killing?: (task: SimTask, why: 'asked' | 'orphan') => void;
  readonly releasing?: (reservation: Reservation, why: 'asked' | 'orphan') => void;
  readonly gate?: (record: GateRecord) => void;
  /** This life of the scheduler is over. */
  readonly crashed?: () => void;
};

export type Violate = (text: string) => void;
