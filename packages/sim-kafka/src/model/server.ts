/** One process of Kafka, from its start to its end. */
import type { SimProcess, SimTask } from '@warder/sim/kit';
import type { Image } from './image.ts';
import type { Launched } from './launched.ts';
import type { Log } from './log.ts';

/** What outlives processes: the volume. */
export type Disk = {
  readonly volume: string;
  /** How much of the metadata a voter has. */
  offset: number;
  readonly logs: Map<string, Log>;
};

/**
 * booting: the JVM starts. registering: nobody knows of it yet. fenced: it is known, and catches up with the metadata.
 * serving: it may lead. leaving: it hands over what it leads. gone: so are its ports.
 */
export type Phase = 'booting' | 'registering' | 'fenced' | 'serving' | 'leaving' | 'gone';

export class Server {
  readonly task: SimTask;
  readonly launched: Launched;
  readonly process: SimProcess;
  readonly disk: Disk;
  readonly incarnation: number;
  /** Of the broker; a controller alone is serving when it votes. */
  phase: Phase = 'booting';
  /** When the present phase may end. */
  dueMs = 0;
  votes = false;
  /** Stopped by a signal or a disk that does not answer: it does nothing, and keeps its connections. */
  hung = false;
  /** It fetches nothing. */
  slow = false;
  /** Since when it is not well by the world's doing; undefined: it is. */
  badMs: number | undefined;
  /** What it knows of the metadata. */
  view: Image | undefined;
  /** Told to end; called when it has. */
  leave: (() => void) | undefined;
  leavingMs = 0;

  constructor(task: SimTask, launched: Launched, process: SimProcess, disk: Disk, incarnation: number) {
    this.task = task;
    this.launched = launched;
    this.process = process;
    this.disk = disk;
    this.incarnation = incarnation;
  }

  get id(): number {
    return this.launched.id;
  }

  get listens(): boolean {
    return this.phase !== 'booting' && this.phase !== 'gone';
  }

  number(key: string, otherwise: number): number {
    const value = this.launched.properties.get(key);
    return value === undefined ? otherwise : Number(value);
  }
}
