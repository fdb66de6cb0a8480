/** What goes wrong in a world, and how often. Each kind is there in some seeds and absent in others, so that every kind meets quiet and stormy company. */
import type { Random } from './random.ts';

/** Chances from 0 to 1. */
export type Faults = {
  /** Of a commit: the scheduler dies before it, or after it and before anything is done. */
  readonly crashBeforeCommit: number;
  readonly crashAfterCommit: number;
  /** Of an engine call: the scheduler dies right after it, with the rest of its actions not done. */
  readonly crashAfterAct: number;
  readonly storeFails: number;
  readonly storeSlow: number;
  readonly statusLate: number;
  readonly statusLost: number;
  readonly statusDoubled: number;
  readonly launchRefused: number;
  readonly taskFails: number;
  readonly taskCrashes: number;
  readonly taskHangs: number;
  readonly releaseFails: number;
  readonly gateClosed: number;
  readonly gateFails: number;
  readonly gateHangs: number;
  readonly probeClosed: number;
  readonly probeFails: number;
  readonly probeHangs: number;
  readonly callFails: number;
  readonly callHangs: number;
  /** A task that was asked to end takes its whole grace time. */
  readonly stubborn: number;
  /** Of what happens between requests: an agent is lost for a while, for ever, or restarts. */
  readonly agentLost: number;
  readonly agentGone: number;
  readonly agentRestarts: number;
  /** Its operator wants an agent for itself. */
  readonly maintained: number;
  /** Somebody else takes resources. */
  readonly crowded: number;
};

const worst: Faults = {
  crashBeforeCommit: 0.03,
  crashAfterCommit: 0.05,
  crashAfterAct: 0.05,
  storeFails: 0.05,
  storeSlow: 0.2,
  statusLate: 0.3,
  statusLost: 0.2,
  statusDoubled: 0.2,
  launchRefused: 0.4,
  taskFails: 0.3,
  taskCrashes: 0.5,
  taskHangs: 0.1,
  releaseFails: 0.3,
  gateClosed: 0.4,
  gateFails: 0.2,
  gateHangs: 0.05,
  probeClosed: 0.4,
  probeFails: 0.2,
  probeHangs: 0.05,
  callFails: 0.5,
  callHangs: 0.1,
  stubborn: 0.4,
  agentLost: 0.5,
  agentGone: 0.1,
  agentRestarts: 0.3,
  maintained: 0.3,
  crowded: 0.4,
};

const kinds = Object.keys(worst) as readonly (keyof Faults)[];

export function drawFaults(random: Random): Faults {
  const company = random.pick([0.15, 0.3, 0.6]);
  const drawn = { ...quiet } as { -readonly [Kind in keyof Faults]: number };
  for (const kind of kinds) {
    const there = random.chance(company);
    const strength = random.next();
    if (there) drawn[kind] = worst[kind] * strength;
  }
  return drawn;
}

export const quiet: Faults = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Faults;
