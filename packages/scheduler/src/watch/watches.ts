/** The reactions and detectors of a service. */
import type { Clock } from '../clock.ts';
import type { Outline } from '../code/outline.ts';
import type { Questions } from '../code/questions.ts';
import { doDeed } from './deed.ts';
import type { DeedTools } from './deed.ts';
import { DetectorWatch } from './detector.ts';
import type { DetectorView } from './detector.ts';
import type { Memory } from './memory.ts';
import { ReactionWatch } from './reaction.ts';
import type { ReactionView } from './reaction.ts';

export type WatchesOptions = DeedTools & {
  readonly outline: Outline;
  readonly questions: Questions;
  readonly clock: Clock;
  readonly memory: Memory;
};

export class Watches {
  readonly #detectors: readonly DetectorWatch[];
  readonly #reactions: readonly ReactionWatch[];

  constructor(options: WatchesOptions) {
    const { outline, questions, clock, memory, state } = options;
    const tools = {
      clock,
      memory,
      isWanted: () => state.service?.targetConfigId !== '' && state.service?.uninstalling === false,
      act: (by: string, deed: Parameters<typeof doDeed>[2]) => doDeed(options, by, deed),
    };
    this.#detectors = outline.detectors.map(
      (each) => new DetectorWatch(each, { ...tools, look: (name) => questions.detector(name) }),
    );
    this.#reactions = outline.reactions.map(
      (each) => new ReactionWatch(each, { ...tools, look: (name) => questions.reaction(name) }),
    );
  }

  changed(): void {
    for (const reaction of this.#reactions) reaction.changed();
  }

  detectors(): readonly DetectorView[] {
    return this.#detectors.map((detector) => detector.view());
  }

  reactions(): readonly ReactionView[] {
    return this.#reactions.map((reaction) => reaction.view());
  }

  close(): void {
    for (const watch of [...this.#detectors, ...this.#reactions]) watch.close();
  }
}
