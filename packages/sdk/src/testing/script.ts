import { AssertionError } from 'node:assert/strict';
import type { Expectation } from './expect.ts';
import type { Sending } from './send.ts';
import type { Source } from './source.ts';
import { World, type WorldOptions } from './world.ts';

/**
 * A package in a world that does only what the script says: no machine, no real time.
 *
 * @example
 * await script({ package: folder })
 *   .send(send.configure({ nodes: 2 }))
 *   .expect(expect.launched('node-0-server', 'node-1-server'), expect.plan('deploy', 'COMPLETE'))
 *   .send(send.fails('node-1-server'), send.time('10 s'))
 *   .expect(expect.launched('node-1-server'), expect.samePlace('node-1'))
 *   .run();
 */
export function script(source: Source, options: WorldOptions = {}): Script {
  return new Script(source, options);
}

type Turn =
  | { readonly kind: 'send'; readonly sendings: readonly Sending[] }
  | { readonly kind: 'expect'; readonly expectations: readonly Expectation[] };

export class Script {
  readonly #source: Source;
  readonly #options: WorldOptions;
  readonly #turns: Turn[] = [];

  constructor(source: Source, options: WorldOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** These happen, one after the other; after each, everything that it leads to at once. */
  send(...sendings: readonly Sending[]): this {
    this.#turns.push({ kind: 'send', sendings });
    return this;
  }

  /** All of these are so, since the last `send`. */
  expect(...expectations: readonly Expectation[]): this {
    this.#turns.push({ kind: 'expect', expectations });
    return this;
  }

  /** Rejects with an AssertionError that says what happened instead. */
  async run(): Promise<void> {
    const world = await World.open(this.#source, this.#options);
    try {
      await world.settle();
      for (const [at, turn] of this.#turns.entries()) await play(world, turn, at + 1);
    } finally {
      if (world.ended === undefined) await world.scheduler.close();
    }
  }
}

async function play(world: World, turn: Turn, at: number): Promise<void> {
  if (turn.kind === 'send') {
    world.acts = [];
    world.answers = [];
    for (const { text, perform } of turn.sendings) {
      world.tell(`send ${text}`);
      try {
        await perform(world);
        await world.settle();
      } catch (error) {
        throw failure(world, at, `send ${text}`, error instanceof Error ? error.message : String(error));
      }
    }
    return;
  }
  for (const { text, check } of turn.expectations) {
    let instead: string | undefined;
    try {
      instead = await check(world);
    } catch (error) {
      instead = error instanceof Error ? error.message : String(error);
    }
    if (instead !== undefined) throw failure(world, at, `expect ${text}`, instead);
  }
}

/** Of what happened before. */
const LINES = 30;

function failure(world: World, at: number, what: string, instead: string): AssertionError {
  const story = world.story.slice(-LINES).map((line) => `  ${line}`);
  const runs = world.show().map((line) => `  ${line}`);
  const message = [
    `line ${at} of the script: ${what}`,
    `instead: ${instead}`,
    'what happened:',
    ...story,
    'runs:',
    ...runs,
  ];
  return new AssertionError({ message: message.join('\n'), stackStartFn: failure });
}
