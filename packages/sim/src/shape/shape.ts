/** The service of a world in the few values that its seed and its storm draw; `spec.ts` says what spec they come to. */
import { instancesOf } from '@warder/core';
import type { PhaseStrategy, PlanStrategy } from '@warder/core';
import type { Random } from '../random.ts';

export type Shape = {
  /** These never change in a world. */
  readonly name: string;
  /** Nodes have gates. */
  readonly gated: boolean;
  /** Where instances may be: see `rule.ts`. */
  readonly rule: RuleName;
  /** ONCE before the server, in the same resource set. */
  readonly init: boolean;
  /** Where the data of a node lies. */
  readonly disk: 'ROOT' | 'MOUNT';
  /** A volume of the pod itself. */
  readonly shared: boolean;
  /** A failed instance is replaced without being asked. */
  readonly replacement: boolean;
  /** Of the deploy plan. */
  readonly order: PlanStrategy;
  /** The package does things by itself. */
  readonly watching: boolean;
  /** Plans that the spec has besides, instead of the generated ones. */
  readonly own: readonly OwnPlan[];
  /** What updates change. */
  readonly nodes: number;
  /** Numbers that no node has any more. */
  readonly retired: readonly number[];
  /** Peers that must be known before the first node starts. */
  readonly seeds: number;
  /** Small instances near nodes, or apart from them. */
  readonly extras: number;
  /** Of the nodes, in deploy and update. */
  readonly strategy: PhaseStrategy;
  readonly soakMs: number;
  /** An update waits for a person first. */
  readonly consent: boolean;
  readonly version: number;
  readonly live: Readonly<Record<string, string>>;
  readonly sidecar: boolean;
  /** A FINISH task: once for each configuration that changes it. */
  readonly job: number | undefined;
  readonly cpus: number;
  readonly ports: number;
  readonly graceMs: number;
  /** A configuration with which no server ever starts. */
  readonly bad: boolean;
};

export type RuleName = 'none' | 'host' | 'zone' | 'spread' | 'like' | 'near' | 'apart';
export type OwnPlan = 'update' | 'recovery' | 'replace' | 'decommission' | 'uninstall';

const own: readonly OwnPlan[] = ['update', 'recovery', 'replace', 'decommission', 'uninstall'];
const canaries: readonly PhaseStrategy[] = ['serial-canary', 'parallel-canary'];

export function drawShape(random: Random, name: string): Shape {
  return {
    name,
    gated: random.chance(0.6),
    rule: random.pick(['none', 'none', 'host', 'host', 'zone', 'zone', 'spread', 'like', 'near', 'apart']),
    init: random.chance(0.4),
    disk: random.chance(0.8) ? 'ROOT' : 'MOUNT',
    shared: random.chance(0.2),
    replacement: random.chance(0.2),
    order: random.pick(['serial', 'serial', 'serial', 'parallel', 'dependency']),
    watching: random.chance(0.2),
    own: random.chance(0.5) ? [] : own.filter(() => random.chance(0.5)),
    nodes: random.between(1, 4),
    retired: [],
    seeds: random.chance(0.4) ? random.between(1, 2) : 0,
    extras: random.chance(0.3) ? random.between(1, 2) : 0,
    strategy: drawStrategy(random),
    soakMs: random.chance(0.8) ? 0 : random.pick([3_000, 20_000]),
    consent: random.chance(0.15),
    version: 1,
    live: random.chance(0.5) ? { speed: '1' } : {},
    sidecar: random.chance(0.4),
    job: random.chance(0.25) ? 1 : undefined,
    cpus: 1,
    ports: 1,
    graceMs: random.pick([1_000, 10_000]),
    bad: false,
  };
}

const drawStrategy = (random: Random): PhaseStrategy =>
  random.chance(0.6) ? 'serial' : random.chance(0.5) ? 'parallel' : random.pick(canaries);

/** One or two changes, of the kinds that users make. */
export function changeShape(random: Random, shape: Shape): Shape {
  const changed = changeOnce(random, { ...shape, bad: false });
  return withRoom(random.chance(0.3) ? changeOnce(random, changed) : changed);
}

/** A node for each, where no two share a host, or more than two a zone. */
const PLACES = 4;

/** Who comes has a place before who goes leaves: with numbers beyond all places somebody would wait for ever. */
const withRoom = (shape: Shape): Shape =>
  shape.rule === 'host' || shape.rule === 'zone'
    ? { ...shape, nodes: Math.min(shape.nodes, PLACES - shape.retired.length) }
    : shape;

function changeOnce(random: Random, from: Shape): Shape {
  switch (random.between(0, 13)) {
    case 0:
    case 1:
    case 2:
      return { ...from, version: from.version + 1 };
    case 3:
      return { ...from, version: Math.max(1, from.version - 1) };
    case 4:
    case 5:
      return { ...from, live: changeLive(random, from) };
    case 6:
      return { ...from, nodes: random.between(1, 4) };
    case 7:
      return { ...from, sidecar: !from.sidecar };
    case 8:
      return { ...from, cpus: random.pick([0.5, 1, 1.5]), ports: random.between(1, 2) };
    case 9:
      return { ...from, seeds: from.seeds === 0 ? 0 : random.between(1, 2), graceMs: random.pick([1_000, 10_000]) };
    case 10:
      return { ...from, extras: from.extras === 0 ? 0 : random.between(1, 2), consent: random.chance(0.15) };
    case 11:
      return { ...from, strategy: drawStrategy(random), soakMs: random.pick([0, 0, 3_000, 20_000]) };
    case 12:
      return retire(random, from);
    default:
      return { ...from, job: from.job === undefined ? undefined : from.job + 1 };
  }
}

/** Mostly one node goes, whichever it is; seldom all numbers are used again. */
function retire(random: Random, from: Shape): Shape {
  if (random.chance(0.15) || from.retired.length === PLACES - 1) return { ...from, retired: [] };
  const gone = random.pick(instancesOf({ count: from.nodes, retired: from.retired }));
  return { ...from, nodes: Math.max(1, from.nodes - 1), retired: [...from.retired, gone] };
}

const changeLive = (random: Random, { live }: Shape): Shape['live'] =>
  random.chance(0.2) ? {} : { ...live, [random.pick(['speed', 'size'])]: String(random.between(1, 3)) };
